// Every type through each engine: in and out, as a key, in every condition, NULL, and what is wrongly stored.
#include "on_each_market.hpp"
#include <hawser/json.hpp>
#include <limits>
#include <random>

using hawser::decimal;
using hawser::errc;
using hawser::task;
using hawser::uuid;
using market::error_of;
using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year_month_day;

namespace {

using wide = decimal<38, 10>;

struct terms {
    std::string who;
    std::optional<decimal<18, 2>> cap;
    std::vector<int> steps;
    bool operator==(const terms&) const = default;
};
BOOST_DESCRIBE_STRUCT(terms, (), (who, cap, steps))

struct deed {
    uuid id;
    std::int64_t number{};
    wide amount;
    decimal<38, 0> whole;
    decimal<38, 38> fraction;
    hawser::bytes seal;
    std::vector<std::byte> raw;
    std::vector<std::uint8_t> octets;
    sys_days day{};
    year_month_day due = std::chrono::year(2026) / 1 / 1;
    std::chrono::milliseconds wait{};
    std::chrono::sys_seconds at{};
    hawser::json<terms> rules;
    std::optional<uuid> o_id;
    std::optional<wide> o_amount;
    std::optional<hawser::bytes> o_seal;
    std::optional<sys_days> o_day;
    std::optional<year_month_day> o_due;
    std::optional<std::chrono::milliseconds> o_wait;
    std::optional<std::chrono::sys_seconds> o_at;
    std::optional<hawser::json<terms>> o_rules;
    bool operator==(const deed&) const = default;
};
BOOST_DESCRIBE_STRUCT(deed, (),
                      (id, number, amount, whole, fraction, seal, raw, octets, day, due, wait, at, rules,
                       o_id, o_amount, o_seal, o_day, o_due, o_wait, o_at, o_rules))
consteval auto hawser_table(hawser::of<deed>) {
    return hawser::table<deed>("deeds", hawser::primary_key<&deed::id>, hawser::unique<&deed::amount>);
}

// A key of each stored form.
struct by_amount {
    wide amount;
    sys_days day{};
    hawser::bytes seal;
    std::int32_t n{};
};
BOOST_DESCRIBE_STRUCT(by_amount, (), (amount, day, seal, n))
consteval auto hawser_table(hawser::of<by_amount>) {
    return hawser::table<by_amount>(
        "by_amounts", hawser::primary_key<&by_amount::amount, &by_amount::day, &by_amount::seal>);
}

struct money {
    std::int64_t id{};
    wide amount;
    decimal<18, 2> small;
};
BOOST_DESCRIBE_STRUCT(money, (), (id, amount, small))
consteval auto hawser_table(hawser::of<money>) {
    return hawser::table<money>("moneys", hawser::primary_key<&money::id>.generated(),
                                hawser::index<&money::amount>);
}

class maker {
public:
    wide amount() {
        return wide::parse(text_of_digits(28)) + wide::from_scaled(static_cast<std::int64_t>(random_() >> 4));
    }
    std::string text_of_digits(std::size_t most) {
        std::string text(1 + random_() % most, '0');
        for (char& c : text) c = static_cast<char>('0' + random_() % 10);
        if (text.size() == most) text[0] = '1';
        return (random_() % 2 ? "-" : "") + text;
    }
    hawser::bytes blob() {
        std::string text(random_() % 50, 'x');
        for (char& c : text) c = static_cast<char>(random_());
        return hawser::bytes::of(text);
    }
    std::int64_t below(std::uint64_t n) { return static_cast<std::int64_t>(random_() % n); }

    deed row(std::int64_t number) {
        deed d;
        d.id = number % 2 ? uuid::v4() : uuid::v7();
        d.number = number;
        d.amount = number == 0 ? wide::max() : number == 1 ? wide::min() : amount();
        d.whole = number == 0 ? decimal<38, 0>::max() : decimal<38, 0>::parse(text_of_digits(38));
        d.fraction = number == 0 ? decimal<38, 38>::min()
                                 : decimal<38, 38>::parse("0." + std::to_string(1 + below(1'000'000)));
        d.seal = blob();
        const auto more = blob();
        d.raw.assign(more.begin(), more.end());
        d.octets = {0, 255, static_cast<std::uint8_t>(below(256))};
        d.day = sys_days(std::chrono::days(below(200'000) - 100'000));
        d.due = sys_days(std::chrono::days(below(200'000) - 100'000));
        d.wait = std::chrono::milliseconds(below(1'000'000) - 500'000);
        d.at = std::chrono::sys_seconds(std::chrono::seconds(below(4'000'000'000) - 2'000'000'000));
        d.rules->who = "w\"" + std::to_string(number);
        d.rules->steps = {1, static_cast<int>(number)};
        if (number % 3 == 0) return d;
        d.o_id = uuid::v4();
        d.o_amount = amount();
        d.o_seal = blob();
        d.o_day = d.day;
        d.o_due = d.due;
        d.o_wait = d.wait;
        d.o_at = d.at;
        d.o_rules = terms{"x", decimal<18, 2>::parse("1.25"), {}};
        return d;
    }

private:
    std::mt19937_64 random_{20261121};
};

template <class Body>
void on_deeds(Body body) {
    market::on_each_with<deed, by_amount, money>(support::each_engine(support::place::memory),
                                                 std::move(body));
}

// What it does with its own stored forms.
template <class Body>
void on_deeds_of_sqlite(Body body) {
    market::on_tables<deed, by_amount, money>(support::fresh_place(support::place::memory), body);
}

} // namespace

TEST_CASE("rows of every type come back as they went in, one by one and in bulk", "[db][types]") {
    on_deeds([](hawser::database& db) -> task<> {
        hawser::repository<deed> deeds{db};
        maker make;
        for (int i = 0; i < 40; ++i) {
            deed d = make.row(i);
            co_await deeds.insert(d);
            const deed back = co_await deeds.get(d.id);
            REQUIRE(back == d);
            deed changed = make.row(i + 100);
            changed.id = d.id;
            co_await deeds.update(changed);
            const deed updated = co_await deeds.get(d.id);
            REQUIRE(updated == changed);
        }
        std::vector<deed> many;
        for (int i = 200; i < 320; ++i) many.push_back(make.row(i));
        co_await deeds.bulk_insert(many);
        for (const deed& d : many) {
            const deed back = co_await deeds.get(d.id);
            REQUIRE(back == d);
        }
    });
}

namespace {

// Conditions on one member over all rows, against what C++ says of them.
template <auto Member, class V>
task<> check_conditions(hawser::database db, std::vector<deed> rows, V pivot, V other) {
    hawser::repository<deed> deeds{db};
    const auto count = [&](auto test) {
        return std::count_if(rows.begin(), rows.end(), [&](const deed& d) { return test(d.*Member); });
    };
    const auto& c = hawser::col<Member>;
    const auto equal = co_await deeds.where(c == pivot).count();
    CHECK(equal == count([&](const V& v) { return v == pivot; }));
    const auto unequal = co_await deeds.where(c != pivot).count();
    CHECK(unequal == count([&](const V& v) { return v != pivot; }));
    const auto in = co_await deeds.where(c.in(pivot, other)).count();
    CHECK(in == count([&](const V& v) { return v == pivot || v == other; }));
    if constexpr (std::three_way_comparable<V>) {
        const V low = std::min(pivot, other), high = std::max(pivot, other);
        const auto less = co_await deeds.where(c < pivot).count();
        CHECK(less == count([&](const V& v) { return v < pivot; }));
        const auto between = co_await deeds.where(c.between(low, high)).count();
        CHECK(between == count([&](const V& v) { return v >= low && v <= high; }));
        const auto ordered = co_await deeds.order_by(hawser::asc<Member>).all();
        CHECK(std::is_sorted(ordered.begin(), ordered.end(),
                             [](const deed& a, const deed& b) { return a.*Member < b.*Member; }));
        CHECK(ordered.size() == rows.size());
    }
}

} // namespace

TEST_CASE("conditions and order on every type agree with C++", "[db][types]") {
    on_deeds([](hawser::database& db) -> task<> {
        hawser::repository<deed> deeds{db};
        maker make;
        std::vector<deed> rows;
        for (int i = 0; i < 60; ++i) rows.push_back(make.row(i));
        co_await deeds.bulk_insert(rows);
        const deed a = rows[7], b = rows[31];
        co_await check_conditions<&deed::id>(db, rows, a.id, b.id);
        co_await check_conditions<&deed::amount>(db, rows, a.amount, b.amount);
        co_await check_conditions<&deed::whole>(db, rows, a.whole, b.whole);
        co_await check_conditions<&deed::fraction>(db, rows, a.fraction, b.fraction);
        co_await check_conditions<&deed::seal>(db, rows, a.seal, b.seal);
        co_await check_conditions<&deed::raw>(db, rows, a.raw, b.raw);
        co_await check_conditions<&deed::octets>(db, rows, a.octets, b.octets);
        co_await check_conditions<&deed::day>(db, rows, a.day, b.day);
        co_await check_conditions<&deed::due>(db, rows, a.due, b.due);
        co_await check_conditions<&deed::wait>(db, rows, a.wait, b.wait);
        co_await check_conditions<&deed::at>(db, rows, a.at, b.at);
        co_await check_conditions<&deed::rules>(db, rows, a.rules, b.rules);
        const auto without = co_await deeds.where(hawser::col<&deed::o_amount>.is_null()).count();
        CHECK(without == 20);
        const auto with = co_await deeds.where(hawser::col<&deed::o_id> == *a.o_id).one();
        CHECK(with == a);
    });
}

TEST_CASE("wide decimals, dates and bytes are keys", "[db][types]") {
    on_deeds([](hawser::database& db) -> task<> {
        hawser::repository<by_amount> rows{db};
        by_amount row{wide::min(), sys_days(-3 * std::chrono::days(1)), hawser::bytes::of(""), 5};
        co_await rows.insert(row);
        by_amount other = row;
        other.amount = wide::max();
        other.seal = hawser::bytes::of(std::string_view("\0", 1));
        other.n = 6;
        co_await rows.insert(other);
        const auto key = std::make_tuple(row.amount, row.day, row.seal);
        const auto found = co_await rows.get(key);
        CHECK(found.n == 5);
        const auto failure = co_await error_of(rows.insert(row));
        CHECK(failure.kind() == errc::unique_violation);
        const bool erased = co_await rows.erase(key);
        CHECK(erased);
        const auto left = co_await rows.count();
        CHECK(left == 1);
    });
}

TEST_CASE("wide decimals are ordered as the numbers are", "[db][types]") {
    on_deeds([](hawser::database& db) -> task<> {
        maker make;
        std::vector<money> rows(400);
        for (money& m : rows) m.amount = make.amount();
        rows[0].amount = wide::min();
        rows[1].amount = wide::max();
        rows[2].amount = 0;
        rows[3].amount = wide::from_scaled(-1);
        rows[4].amount = wide::from_scaled(1);
        hawser::repository<money> moneys{db};
        co_await moneys.bulk_insert(rows);
        std::vector<wide> sorted;
        for (const money& m : rows) sorted.push_back(m.amount);
        std::sort(sorted.begin(), sorted.end());
        const auto read = co_await db.query<wide, "select amount from moneys order by amount">();
        CHECK(read == sorted);
        const auto least = co_await db.query_one<wide, "select min(amount) from moneys">();
        CHECK(least == wide::min());
    });
}

TEST_CASE("sums, averages and arithmetic of decimals are exact in SQL", "[db][types]") {
    on_deeds([](hawser::database& db) -> task<> {
        hawser::repository<money> moneys{db};
        std::vector<money> rows(30);
        wide sum;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].amount = wide::parse("12345678901234567890.0000000001") * static_cast<int>(i);
            rows[i].small = decimal<18, 2>::max();
            sum += rows[i].amount;
        }
        co_await moneys.bulk_insert(rows);
        // SQLite's own sum() would give a double.
        const bool postgres = market::is_postgres(db);
        const auto sum_of = [&](std::string column) {
            return "select " + std::string(postgres ? "" : "dec_") + "sum(" + column + ") as s from moneys";
        };
        const hawser::sql sum_amount(sum_of("amount")), sum_small(sum_of("small"));
        const hawser::sql mean_amount(postgres ? "select round(avg(amount), 10) from moneys"
                                               : "select dec_avg(amount) from moneys");
        const auto total = co_await db.query_one<wide>(sum_amount);
        CHECK(total == sum);
        const auto mean = co_await db.query_one<wide>(mean_amount);
        CHECK(mean == hawser::divide_rounded<wide>(sum, decimal<2, 0>(30)));
        // Beyond 64 bits, and read by a type that holds it.
        const auto all = co_await db.query_one<decimal<38, 2>>(sum_small);
        CHECK(all == decimal<38, 2>(decimal<18, 2>::max()) * 30);
        const hawser::sql sum_first(sum_of("small") + " where id = 1");
        const auto one = co_await db.query_one<decimal<38, 2>>(sum_first);
        CHECK(one == decimal<18, 2>::max());
        auto narrow = db.query_one<decimal<18, 2>>(sum_small);
        const auto failure = co_await error_of(std::move(narrow));
        CHECK(failure.kind() == errc::type_mismatch);
        const hawser::sql text_of_sum(postgres ? "select sum(small)::text from moneys"
                                               : "select dec_text(dec_sum(small), 2) from moneys");
        const auto text = co_await db.query_one<std::string>(text_of_sum);
        CHECK(text == "299999999999999999.70");

        // The same by expressions.
        const auto of_wide = co_await moneys.sum<&money::amount>();
        CHECK(of_wide == sum);
        const auto of_small = co_await moneys.sum<&money::small>();
        CHECK(of_small == all);
        const auto sums = moneys.select<decimal<38, 2>>(hawser::sum(hawser::col<&money::small>))
                              .group_by(hawser::col<&money::small>);
        const auto some = co_await sums.having(hawser::sum(hawser::col<&money::small>) > all - 1).all();
        CHECK(some == std::vector{all});
        const auto none = co_await sums.having(hawser::sum(hawser::col<&money::small>) > all).all();
        CHECK(none.empty());
        const std::optional<double> average = co_await moneys.avg<&money::amount>();
        // 12345678901234567890.0000000001 * (0 + 1 + .. + 29) / 30
        CHECK(average.value() == 179012344067901234405.00000000145);
        const auto of_size =
            co_await moneys.where(hawser::abs(-hawser::col<&money::amount>) == rows.back().amount)
                .pluck<&money::id>();
        CHECK(of_size == std::vector<std::int64_t>{30});

        const auto changed = co_await moneys.update(
            1, hawser::set<&money::amount>(hawser::col<&money::amount> + wide::parse("0.5")));
        CHECK(changed);
        const auto added = co_await moneys.get(1);
        CHECK(added.amount == wide::parse("0.5"));
        co_await moneys.update(1, hawser::set<&money::amount>(hawser::col<&money::amount> - 2));
        co_await moneys.update(
            1, hawser::set<&money::amount>(hawser::col<&money::amount> * wide::parse("-1.5")));
        const auto product = co_await moneys.get(1);
        CHECK(product.amount == wide::parse("2.25"));
        const auto least = co_await moneys.where(hawser::least(hawser::col<&money::amount>, 3) == 3).count();
        CHECK(least == 29);
        co_await moneys.update(1, hawser::set<&money::amount>(wide::max()));
        const auto beyond =
            co_await error_of(moneys.update(1, hawser::set<&money::amount>(hawser::col<&money::amount> + 1)));
        CHECK(beyond.kind() == errc::out_of_range);
    });
}

TEST_CASE("a blob of another length, or beyond the digits, does not get into a typed column", "[db][types]") {
    on_deeds_of_sqlite([](hawser::database& db) -> task<> {
        money m;
        hawser::repository<money> moneys{db};
        co_await moneys.insert(m);
        const std::vector<std::string> wrong{"x'00'", "x'ffffffffffffffffffffffffffffffff'",
                                             "x'0000000000000000000000000000000000'", "zeroblob(16)"};
        for (const std::string& value : wrong) {
            const auto text = hawser::sql("update moneys set amount = " + value);
            const auto failure = co_await error_of(db.execute(text));
            CHECK(failure.kind() == errc::check_violation);
            CHECK(failure.info().constraint == "moneys_amount_check");
        }
    });
}

TEST_CASE("lists are arguments of raw SQL", "[db][types]") {
    on_deeds([](hawser::database& db) -> task<> {
        hawser::repository<deed> deeds{db};
        maker make;
        std::vector<deed> rows;
        for (int i = 0; i < 20; ++i) rows.push_back(make.row(i));
        co_await deeds.bulk_insert(rows);
        const bool postgres = market::is_postgres(db);
        const std::string is_in = postgres ? " = any($1)" : " in (select value from json_each($1))";
        const std::string elements = postgres ? "from unnest($1) as list (value)" : "from json_each($1)";
        const std::vector<std::int64_t> numbers{3, 5, 99};
        const hawser::sql count_numbers("select count(*) from deeds where number" + is_in);
        const auto seen1 = co_await db.query_one<std::int64_t>(count_numbers, numbers);
        CHECK(seen1 == 2);
        const std::vector<uuid> ids{rows[1].id, rows[2].id, rows[3].id, uuid()};
        const std::string id_is_in = postgres ? is_in : " in (select blob_of(value) from json_each($1))";
        const std::string count_ids = "select count(*) from deeds where id" + id_is_in + " and number > $2";
        const auto seen2 = co_await db.query_one<std::int64_t>(hawser::sql(count_ids), ids, 1);
        CHECK(seen2 == 2);
        const std::span<const uuid> two(ids.data(), 2);
        const auto seen3 = co_await db.query_one<std::int64_t>(hawser::sql(count_ids), two, 0);
        CHECK(seen3 == 2);
        const std::vector<std::optional<std::string>> texts{"a", std::nullopt, "b\"\\\n\xC3\xA4"};
        const hawser::sql all_values("select value " + elements), count_values("select count(*) " + elements),
            count_true("select count(*) " + elements + " where value");
        const auto seen4 = co_await db.query<std::optional<std::string>>(all_values, texts);
        CHECK(seen4 == texts);
        const std::vector<bool> flags{true, false, true};
        const auto seen5 = co_await db.query_one<std::int64_t>(count_true, flags);
        CHECK(seen5 == 2);
        const std::vector<std::string> zero{std::string("a\0b", 3)};
        auto asked = db.query_one<std::int64_t>(count_values, zero);
        const auto failure = co_await error_of(std::move(asked));
        CHECK(failure.kind() == (postgres ? errc::type_mismatch : errc::unsupported));
        const std::vector<std::byte> blob{std::byte{7}};
        const hawser::sql hex(postgres ? "select encode($1, 'hex')" : "select hex($1)");
        const auto seen6 = co_await db.query_one<std::string>(hex, blob);
        CHECK(seen6 == "07");
    });
}

TEST_CASE("what a column holds wrongly is an error that names the column", "[db][types]") {
    on_deeds([](hawser::database& db) -> task<> {
        const std::string loose =
            market::is_postgres(db)
                ? "create table loose (id bytea, rules text, due bigint, wait bigint, amount text);"
                  "insert into loose values ('\\x00', '{}', 99999999999, 7, 'x')"
                : "create table loose (id blob, rules text, due integer, wait integer, amount);"
                  "insert into loose values (x'00', '{}', 99999999999, 7, 'x')";
        co_await db.run_script(loose);
        auto by_id = db.query_one<uuid, "select id from loose">();
        const auto id = co_await error_of(std::move(by_id));
        CHECK(id.kind() == errc::type_mismatch);
        CHECK_THAT(id.message(), support::contains_text("a uuid of 16 bytes"));
        auto by_due = db.query_one<year_month_day, "select due from loose">();
        const auto due = co_await error_of(std::move(by_due));
        CHECK(due.kind() == errc::type_mismatch);
        auto by_wait = db.query_one<std::chrono::milliseconds, "select wait from loose">();
        const auto wait = co_await error_of(std::move(by_wait));
        CHECK(wait.kind() == errc::type_mismatch);
        auto by_amount = db.query_one<wide, "select amount from loose">();
        const auto amount = co_await error_of(std::move(by_amount));
        CHECK(amount.kind() == errc::type_mismatch);

        deed d = maker().row(1);
        hawser::repository<deed> deeds{db};
        co_await deeds.insert(d);
        co_await db.execute<"update deeds set rules = '{\"who\":\"secret\"}'">();
        const auto rules = co_await error_of(deeds.get(d.id));
        CHECK(rules.kind() == errc::type_mismatch);
        CHECK_THAT(rules.message(), support::contains_text("column rules"));
        CHECK_THAT(rules.message(), !support::contains_text("secret"));
        CHECK(rules.info().columns == std::vector<std::string>{"rules"});
    });
}

namespace {

struct reading {
    std::int64_t id{};
    hawser::json<std::vector<double>> values;
};
BOOST_DESCRIBE_STRUCT(reading, (), (id, values))
consteval auto hawser_table(hawser::of<reading>) {
    return hawser::table<reading>("readings", hawser::primary_key<&reading::id>);
}

} // namespace

TEST_CASE("a document with NaN or an infinity is refused, and nothing is stored", "[db][types]") {
    market::on_each_market([](hawser::database db) -> task<> {
        co_await db.create_tables<reading>();
        hawser::repository<reading> readings{db};
        std::vector<reading> rows(2);
        rows[0] = {1, std::vector{0.5, 0.1}};
        for (const double bad :
             {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
            rows[1] = {2, std::vector{0.5, bad}};
            const auto single = co_await error_of(readings.insert(rows[1]));
            CHECK(single.kind() == errc::out_of_range);
            const auto bulk = co_await error_of(readings.bulk_insert(rows));
            CHECK(bulk.kind() == errc::out_of_range);
            hawser::unit_of_work unit{db};
            unit.insert(rows[0]);
            const auto in_unit = co_await error_of([](hawser::unit_of_work& u, reading& r) -> task<> {
                u.insert(r);
                co_await u.commit();
            }(unit, rows[1]));
            CHECK(in_unit.kind() == errc::out_of_range);
        }
        const auto count = co_await readings.count();
        CHECK(count == 0);
    });
}
