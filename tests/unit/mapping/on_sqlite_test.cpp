// What the mapping writes, as SQLite itself understands it.
#include "support/catch.hpp"
#include <cmath>
#include <cstring>
#include <hawser/hawser.hpp>
#include <hawser/sqlite.hpp>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>
#include "app_schema.hpp"

using app::sample;
using hawser::col;
using hawser::task;

namespace {

// GCC 12 evaluates a co_await inside CHECK() twice: results are named first.

// Runs body(db) on a fresh database in memory that has the tables of the schema.
template <class Body>
void on_schema(Body body) {
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite::memory:");
        co_await db
            .create_tables<app::venue, app::account, sample, app::holding, app::membership, app::ticket>();
        co_await body(db);
        co_await db.close();
    };
    hawser::run(main());
}

template <class T>
task<hawser::error> error_of(task<T> operation) {
    auto r = co_await hawser::as_result(std::move(operation));
    if (!r.has_error()) throw std::logic_error("expected an error, got a value");
    co_return r.error();
}

app::account make_account(std::string email) {
    app::account a;
    a.email = std::move(email);
    a.owner = "ada";
    return a;
}

class generator {
public:
    sample row() {
        sample s;
        fill(s.i8, s.o_i8), fill(s.i16, s.o_i16), fill(s.i32, s.o_i32), fill(s.i64, s.o_i64);
        fill(s.u8, s.o_u8), fill(s.u16, s.o_u16), fill(s.u32, s.o_u32);
        fill(s.flag, s.o_flag), fill(s.f32, s.o_f32), fill(s.f64, s.o_f64), fill(s.word, s.o_word);
        fill(s.at, s.o_at), fill(s.price, s.o_price), fill(s.side, s.o_side), fill(s.phase, s.o_phase);
        fill(s.document, s.o_document);
        s.lots = hawser::decimal<5, 0>::from_scaled(static_cast<std::int64_t>(bits_() % 199999) - 99999);
        s.price = hawser::decimal<18, 8>::from_scaled(std::abs(s.price.scaled())); // the checks of the table
        s.i32 = std::min(s.i32 / 4, 49);
        s.flag = true;
        return s;
    }

private:
    template <class V>
    void fill(V& member, std::optional<V>& optional) {
        make(member);
        if (bits_() % 3 != 0) make(optional.emplace());
    }
    template <std::integral V>
    void make(V& v) {
        static constexpr V edges[] = {std::numeric_limits<V>::min(), std::numeric_limits<V>::max(), V{0},
                                      V{1}};
        v = bits_() % 2 ? edges[bits_() % 4] : static_cast<V>(bits_());
    }
    void make(bool& v) { v = bits_() % 2 != 0; }
    template <std::floating_point V>
    void make(V& v) {
        static constexpr V edges[] = {std::numeric_limits<V>::max(),
                                      std::numeric_limits<V>::lowest(),
                                      std::numeric_limits<V>::denorm_min(),
                                      std::numeric_limits<V>::infinity(),
                                      -std::numeric_limits<V>::infinity(),
                                      V(0.1),
                                      V(0)};
        const std::uint64_t bits = bits_();
        std::memcpy(&v, &bits, sizeof v);
        if (std::isnan(v) || bits_() % 2) v = edges[bits_() % std::size(edges)];
    }
    void make(std::string& v) {
        static const char* const parts[] = {"",   "a",  "'",    "\"",       "\\", "%",  "_",
                                            "\n", "\t", "\x01", "\xC3\xA4", "[",  "],", "\xF0\x9F\x9A\x80"};
        v.clear();
        for (auto n = bits_() % 5; n > 0; --n) v += parts[bits_() % std::size(parts)];
    }
    void make(hawser::timestamp& v) {
        std::int64_t us{};
        make(us);
        v = hawser::timestamp(std::chrono::microseconds(us));
    }
    void make(hawser::decimal<18, 8>& v) {
        using price = hawser::decimal<18, 8>;
        const auto any =
            static_cast<std::int64_t>(bits_() % 1'999'999'999'999'999'999u) - 999'999'999'999'999'999;
        v = bits_() % 4 == 0 ? price::max() : bits_() % 4 == 0 ? price::min() : price::from_scaled(any);
    }
    void make(app::side& v) { v = bits_() % 2 ? app::side::buy : app::side::sell; }
    void make(app::phase& v) { v = bits_() % 2 ? app::phase::open : app::phase::closed; }
    void make(hawser::json_text& v) {
        static const char* const texts[] = {"{}",           "null",  "[1, 2]", R"({"a":"\\\"'"})",
                                            "\"\xC3\xA4\"", "-0.5e3"};
        v = hawser::json_text(texts[bits_() % std::size(texts)]);
    }

    std::mt19937_64 bits_{20260301};
};

// How many rows have, in this member, the value of a row: by C++ and by the database.
template <auto Member, class V>
task<> check_member(hawser::repository<sample>& samples, const std::vector<sample>& rows, const V& wanted,
                    const V& other) {
    std::int64_t equal = 0, among = 0, below = 0;
    for (const sample& s : rows) {
        const std::optional<V> value = s.*Member;
        if (!value) continue;
        equal += *value == wanted;
        among += *value == wanted || *value == other;
        if constexpr (std::is_arithmetic_v<V> || hawser::is_decimal_v<V> ||
                      std::is_same_v<V, hawser::timestamp>)
            below += *value < wanted;
    }
    const auto same = samples.where(col<Member> == wanted);
    const auto one_of = samples.where(col<Member>.in(wanted, other));
    const auto exactly = samples.where(col<Member>.between(wanted, wanted));
    const auto same_there = co_await same.count();
    CHECK(same_there == equal);
    const auto one_of_there = co_await one_of.count();
    CHECK(one_of_there == among);
    const auto exactly_there = co_await exactly.count();
    CHECK(exactly_there == equal);
    if constexpr (std::is_arithmetic_v<V> || hawser::is_decimal_v<V> ||
                  std::is_same_v<V, hawser::timestamp>) {
        const auto less = samples.where(col<Member> < wanted);
        const auto less_there = co_await less.count();
        CHECK(less_there == below);
    }
}
template <auto Member, auto Optional>
task<> check_members(hawser::repository<sample>& samples, const std::vector<sample>& rows, const sample& a,
                     const sample& b) {
    co_await check_member<Member>(samples, rows, a.*Member, b.*Member);
    co_await check_member<Optional>(samples, rows, a.*Member, b.*Member);
}

} // namespace

TEST_CASE("values of every type are found again by equality, in, between and order", "[mapping][sqlite]") {
    on_schema([](hawser::database db) -> task<> {
        hawser::repository<sample> samples{db};
        generator make;
        std::vector<sample> rows;
        for (int i = 0; i < 60; ++i) rows.push_back(make.row());
        co_await samples.bulk_insert(rows);
        for (std::size_t i = 0; i < 30; ++i) {
            const sample& a = rows[i];
            const sample& b = rows[rows.size() - 1 - i];
            INFO("row " << i);
            co_await check_members<&sample::i8, &sample::o_i8>(samples, rows, a, b);
            co_await check_members<&sample::i16, &sample::o_i16>(samples, rows, a, b);
            co_await check_members<&sample::i32, &sample::o_i32>(samples, rows, a, b);
            co_await check_members<&sample::i64, &sample::o_i64>(samples, rows, a, b);
            co_await check_members<&sample::u8, &sample::o_u8>(samples, rows, a, b);
            co_await check_members<&sample::u16, &sample::o_u16>(samples, rows, a, b);
            co_await check_members<&sample::u32, &sample::o_u32>(samples, rows, a, b);
            co_await check_members<&sample::flag, &sample::o_flag>(samples, rows, a, b);
            co_await check_members<&sample::f32, &sample::o_f32>(samples, rows, a, b);
            co_await check_members<&sample::f64, &sample::o_f64>(samples, rows, a, b);
            co_await check_members<&sample::word, &sample::o_word>(samples, rows, a, b);
            co_await check_members<&sample::at, &sample::o_at>(samples, rows, a, b);
            co_await check_members<&sample::price, &sample::o_price>(samples, rows, a, b);
            co_await check_members<&sample::side, &sample::o_side>(samples, rows, a, b);
            co_await check_members<&sample::phase, &sample::o_phase>(samples, rows, a, b);
            co_await check_members<&sample::document, &sample::o_document>(samples, rows, a, b);
        }
    });
}

TEST_CASE("the constraints that SQLite names are those of the table's list", "[mapping][sqlite]") {
    on_schema([](hawser::database db) -> task<> {
        hawser::repository<app::account> accounts{db};
        app::account a = make_account("a@b");
        co_await accounts.insert(a);
        app::account same = make_account("a@b");
        const auto unique = co_await error_of(accounts.insert(same));
        CHECK(unique.info().constraint == "accounts_email_key");
        CHECK(unique.violates<&app::account::email>());
        app::account named = make_account("x");
        named.owner = "x";
        const auto check = co_await error_of(accounts.insert(named));
        CHECK(check.info().constraint == "accounts_named");
        CHECK(check.violates<&app::account::owner, &app::account::email>());
        const auto type = co_await error_of(db.execute<"update accounts set active = 2">());
        CHECK(type.kind() == hawser::errc::check_violation);
        CHECK(type.info().constraint == "accounts_active_check");
        app::account poor = make_account("poor");
        poor.balance = hawser::decimal<18, 2>::parse("-0.50");
        co_await accounts.insert(poor);
        const auto computed = co_await error_of(
            accounts.update(poor.id, hawser::set<&app::account::balance>(col<&app::account::balance> -
                                                                         hawser::decimal<18, 2>::max())));
        CHECK(computed.kind() == hawser::errc::out_of_range);
        const auto digits = co_await error_of(
            db.execute<"update accounts set balance = balance - 999999999999999999 where balance < 0">());
        CHECK(digits.kind() == hawser::errc::check_violation);
        CHECK(digits.info().constraint == "accounts_balance_check");
    });
}

TEST_CASE("a table with an odd name is written and read like any other", "[mapping][sqlite]") {
    on_schema([](hawser::database db) -> task<> {
        hawser::repository<app::account> accounts{db};
        hawser::repository<app::holding> holdings{db};
        app::account a = make_account("a@b");
        app::account owner = make_account("b@c");
        co_await accounts.insert(a);
        co_await accounts.insert(owner);
        app::holding h;
        h.account_id = a.id;
        h.symbol = "BTC";
        h.owner_email = "b@c";
        h.quantity = 2;
        co_await holdings.insert(h);
        h.quantity = 3;
        const auto updated = co_await holdings.update(h);
        CHECK(updated);
        CHECK(h.row_version == 2);
        co_await holdings.upsert(h);
        const hawser::key_of_t<app::holding> key{a.id, "BTC"};
        const app::holding back = co_await holdings.get(key);
        CHECK(back.quantity == 3);
        CHECK(back.row_version == 3);
        const auto erased = co_await holdings.erase(key);
        CHECK(erased);
    });
}

TEST_CASE("rows that are all key are inserted, kept by upsert, and updated to themselves",
          "[mapping][sqlite]") {
    on_schema([](hawser::database db) -> task<> {
        hawser::repository<app::membership> memberships{db};
        app::membership m{.account_id = 1, .venue_code = "XNYS"};
        co_await memberships.insert(m);
        co_await memberships.upsert(m);
        const auto kept = co_await memberships.update(m);
        CHECK(kept);
        const auto memberships_there = co_await memberships.count();
        CHECK(memberships_there == 1);
        m.account_id = 2;
        const auto missing = co_await memberships.update(m);
        CHECK_FALSE(missing);
        hawser::repository<app::ticket> tickets{db};
        app::ticket first, second;
        co_await tickets.insert(first);
        co_await tickets.insert(second);
        CHECK(second.number == first.number + 1);
        const std::vector<app::ticket> more(120);
        const auto copied = co_await tickets.copy_in(more);
        CHECK(copied == 120);
        const auto keys = co_await tickets.bulk_insert(more);
        CHECK(keys.size() == 120);
        const auto tickets_there = co_await tickets.count();
        CHECK(tickets_there == 242);
    });
}

TEST_CASE("on_delete(restrict_) is a foreign key violation, and nothing is erased", "[mapping][sqlite]") {
    on_schema([](hawser::database db) -> task<> {
        hawser::repository<app::account> accounts{db};
        hawser::repository<app::holding> holdings{db};
        app::account a = make_account("a@b");
        app::account owner = make_account("b@c");
        co_await accounts.insert(a);
        co_await accounts.insert(owner);
        app::holding h;
        h.account_id = a.id;
        h.symbol = "BTC";
        h.owner_email = "b@c";
        co_await holdings.insert(h);
        const auto restricted = co_await error_of(accounts.erase(a.id));
        CHECK(restricted.kind() == hawser::errc::foreign_key_violation);
        const auto there = co_await accounts.count();
        CHECK(there == 2);
    });
}

TEST_CASE("on_delete(set_null) and a reference to a unique member hold", "[mapping][sqlite]") {
    on_schema([](hawser::database db) -> task<> {
        hawser::repository<app::venue> venues{db};
        app::venue parent{.code = "A", .name = "a", .parent = {}};
        app::venue child{.code = "B", .name = "b", .parent = "A"};
        co_await venues.insert(parent);
        co_await venues.insert(child);
        const auto erased = co_await venues.erase("A");
        CHECK(erased);
        const auto orphan = co_await venues.get("B");
        CHECK_FALSE(orphan.parent.has_value());
    });
}

TEST_CASE("a table made without the framework's clock gets the time from the engine", "[mapping][sqlite]") {
    on_schema([](hawser::database db) -> task<> {
        co_await db.execute<"insert into accounts (email, owner, active, balance) values ('e', 'o', 0, 0)">();
        const auto apart = co_await db.query_one<std::int64_t, "select abs(created_at / 1000000 - "
                                                               "cast(strftime('%s', 'now') as integer)) from "
                                                               "accounts">();
        CHECK(apart < 60);
        const auto whole =
            co_await db
                .query_one<bool, "select created_at % 1000 = 0 and updated_at >= created_at from accounts">();
        CHECK(whole);
    });
}
