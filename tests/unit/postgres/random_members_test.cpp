// Random values of every C++ type that is mapped. What is bound PostgreSQL prints as what it has read from text itself, and
// what it has read from text comes back as the value that the text was made of.
#include "fixture.hpp"
#include "server_text.hpp"
#include "support/random_values.hpp"
#include "support/source_tree.hpp"
#include <algorithm>
#include <bit>
#include <boost/mp11/algorithm.hpp>
#include <chrono>
#include <cmath>
#include <hawser/json.hpp>
#include <hawser/mapping/value_as.hpp>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

using hawser::task;
using market::on_postgres;
using support::random_values;

namespace random_members {

enum class word { plain, quoted, listed, nothing };
BOOST_DESCRIBE_ENUM(word, plain, quoted, listed, nothing)
consteval auto hawser_words(hawser::of<word>) {
    return hawser::stored_as<word>("plain", " so \"so\\\"", "{a,b}", "NULL");
}

struct details {
    std::string name;
    std::vector<std::int64_t> counts;
    std::optional<bool> flag;
    bool operator==(const details&) const = default;
};
BOOST_DESCRIBE_STRUCT(details, (), (name, counts, flag))

using hawser::decimal;
struct sample {
    std::int64_t id{};
    bool truth{};
    std::int8_t tiny{};
    std::int16_t small{};
    std::int32_t usual{};
    std::int64_t large{};
    std::uint8_t tiny_size{};
    std::uint16_t small_size{};
    std::uint32_t size{};
    float short_real{};
    double real{};
    std::string words;
    decimal<1, 1> tenth;
    decimal<9, 0> whole;
    decimal<18, 8> price;
    decimal<18, 18> fraction;
    decimal<19, 4> wide;
    decimal<38, 0> widest;
    decimal<38, 38> wide_fraction;
    hawser::uuid token;
    hawser::bytes raw;
    std::vector<std::byte> raw_bytes;
    std::vector<std::uint8_t> raw_numbers;
    hawser::timestamp at;
    std::chrono::sys_time<std::chrono::milliseconds> at_millisecond;
    std::chrono::sys_seconds at_second;
    std::chrono::sys_days day;
    std::chrono::year_month_day date;
    std::chrono::microseconds span{};
    std::chrono::milliseconds coarse_span{};
    std::chrono::hours hours{};
    word feeling{};
    hawser::json_text document;
    hawser::json<details> typed_document;
    std::optional<bool> perhaps_truth;
    std::optional<std::int32_t> perhaps_number;
    std::optional<double> perhaps_real;
    std::optional<std::string> perhaps_words;
    std::optional<decimal<18, 8>> perhaps_price;
    std::optional<decimal<38, 10>> perhaps_wide;
    std::optional<hawser::uuid> perhaps_token;
    std::optional<hawser::bytes> perhaps_raw;
    std::optional<hawser::timestamp> perhaps_at;
    std::optional<std::chrono::sys_days> perhaps_day;
    std::optional<std::chrono::microseconds> perhaps_span;
    std::optional<word> perhaps_feeling;
    std::optional<hawser::json_text> perhaps_document;
};
BOOST_DESCRIBE_STRUCT(sample, (),
                      (id, truth, tiny, small, usual, large, tiny_size, small_size, size, short_real, real,
                       words, tenth, whole, price, fraction, wide, widest, wide_fraction, token, raw,
                       raw_bytes, raw_numbers, at, at_millisecond, at_second, day, date, span, coarse_span,
                       hours, feeling, document, typed_document, perhaps_truth, perhaps_number, perhaps_real,
                       perhaps_words, perhaps_price, perhaps_wide, perhaps_token, perhaps_raw, perhaps_at,
                       perhaps_day, perhaps_span, perhaps_feeling, perhaps_document))
consteval auto hawser_table(hawser::of<sample>) {
    return hawser::table<sample>("samples", hawser::primary_key<&sample::id>);
}

} // namespace random_members

namespace {

using namespace random_members;
namespace chrono = std::chrono;
using hawser::detail::int128;

constexpr std::size_t count_of_rows = 200;
constexpr std::size_t members = boost::mp11::mp_size<hawser::detail::columns<sample>>::value;

// --- random values ---

template <class I>
    requires(std::integral<I> && !std::same_as<I, bool>)
void make(random_values& chance, I& v) {
    using limits = std::numeric_limits<I>;
    v = static_cast<I>(chance.number(limits::min(), limits::max()));
}
void make(random_values& chance, bool& v) {
    v = chance.once_in(2);
}
template <std::floating_point F>
void make(random_values& chance, F& v) {
    using limits = std::numeric_limits<F>;
    constexpr F edges[] = {limits::quiet_NaN(), limits::infinity(), -limits::infinity(), -F(0), limits::max(),
                           limits::lowest(),    limits::min(),      limits::denorm_min()};
    using bits = std::conditional_t<sizeof(F) == 4, std::uint32_t, std::uint64_t>;
    if (chance.once_in(4))
        v = edges[chance.between(0, 7)];
    else if (chance.once_in(2))
        v = static_cast<F>(chance.number(-1'000'000'000, 1'000'000'000)) / 1000;
    else
        v = std::bit_cast<F>(static_cast<bits>(chance.number(std::numeric_limits<std::int64_t>::min(),
                                                             std::numeric_limits<std::int64_t>::max())));
}
void make(random_values& chance, std::string& v) {
    v = chance.text();
}
template <unsigned P, unsigned S>
void make(random_values& chance, decimal<P, S>& v) {
    using number = decimal<P, S>;
    if (chance.once_in(12)) {
        v = chance.once_in(2) ? number::max() : number::min();
        return;
    }
    int128 scaled = 0;
    for (std::int64_t digits = chance.between(0, P); digits > 0; --digits)
        scaled = scaled * 10 + (chance.once_in(3) ? 0 : chance.between(0, 9));
    v = number::from_scaled(static_cast<typename number::rep>(chance.once_in(2) ? scaled : -scaled));
}
void make(random_values& chance, hawser::uuid& v) {
    hawser::uuid::bytes_type made{};
    for (std::byte& b : made) b = static_cast<std::byte>(chance.between(0, 255));
    v = hawser::uuid(made);
}
void make(random_values& chance, hawser::bytes& v) {
    v = hawser::bytes::of(chance.bytes(static_cast<std::size_t>(chance.between(0, 20))));
}
template <class B>
    requires(sizeof(B) == 1)
void make(random_values& chance, std::vector<B>& v) {
    v.resize(static_cast<std::size_t>(chance.between(0, 20)));
    for (B& b : v) b = static_cast<B>(chance.between(0, 255));
}
// From the first one that the server has, in the year 4714 BC, to the last one that the type has.
template <class D>
void make(random_values& chance, chrono::sys_time<D>& v) {
    constexpr chrono::microseconds first{-210'866'803'200'000'000};
    constexpr chrono::microseconds last = chrono::microseconds::max();
    v = chrono::sys_time<D>(D(static_cast<typename D::rep>(
        chance.number(chrono::duration_cast<D>(first).count(), chrono::duration_cast<D>(last).count()))));
}
void make(random_values& chance, chrono::sys_days& v) {
    v = chrono::sys_days(chrono::days(static_cast<int>(chance.number(-2'440'588, 2'145'042'541))));
}
void make(random_values& chance, chrono::year_month_day& v) {
    v = chrono::sys_days(chrono::days(static_cast<int>(chance.number(-2'440'588, 11'248'737))));
}
// The server does not read the least of all, which it prints.
template <class Rep, class Period>
void make(random_values& chance, chrono::duration<Rep, Period>& v) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() /
                                  hawser::detail::microseconds_in<chrono::duration<Rep, Period>>;
    v = chrono::duration<Rep, Period>(static_cast<Rep>(chance.number(-most, most)));
}
void make(random_values& chance, word& v) {
    v = static_cast<word>(chance.between(0, 3));
}
void make(random_values& chance, hawser::json_text& v) {
    v = hawser::json_text(chance.json(3));
}
void make(random_values& chance, hawser::json<details>& v) {
    v->name = chance.text();
    v->counts.resize(static_cast<std::size_t>(chance.between(0, 4)));
    for (std::int64_t& n : v->counts) make(chance, n);
    v->flag.reset();
    if (chance.once_in(2)) v->flag = chance.once_in(2);
}
template <class V>
void make(random_values& chance, std::optional<V>& v) {
    v.reset();
    if (!chance.once_in(6)) make(chance, v.emplace());
}

// --- text that the server reads ---

template <class I>
    requires(std::integral<I> && !std::same_as<I, bool>)
std::string text_of(I v) {
    return std::to_string(v);
}
std::string text_of(bool v) {
    return v ? "true" : "false";
}
template <std::floating_point F>
std::string text_of(F v) {
    return server_text::real(v);
}
std::string text_of(const std::string& v) {
    return v;
}
template <unsigned P, unsigned S>
std::string text_of(const decimal<P, S>& v) {
    return server_text::decimal(v.scaled(), S);
}
std::string text_of(const hawser::uuid& v) {
    return server_text::uuid({reinterpret_cast<const char*>(v.bytes().data()), v.bytes().size()});
}
std::string text_of(const hawser::bytes& v) {
    return server_text::bytea(v.text());
}
template <class B>
    requires(sizeof(B) == 1)
std::string text_of(const std::vector<B>& v) {
    return server_text::bytea({reinterpret_cast<const char*>(v.data()), v.size()});
}
template <class D>
std::string text_of(chrono::sys_time<D> v) {
    return server_text::instant(hawser::detail::to_microseconds(v.time_since_epoch()), "+00");
}
std::string text_of(chrono::sys_days v) {
    return server_text::date(v.time_since_epoch().count());
}
std::string text_of(chrono::year_month_day v) {
    return text_of(chrono::sys_days(v));
}
template <class Rep, class Period>
std::string text_of(chrono::duration<Rep, Period> v) {
    return std::to_string(hawser::detail::to_microseconds(v)) + " microseconds";
}
std::string text_of(word v) {
    constexpr const char* words[] = {"plain", " so \"so\\\"", "{a,b}", "NULL"};
    return words[static_cast<std::size_t>(v)];
}
std::string text_of(const hawser::json_text& v) {
    return v.text();
}
std::string text_of(const hawser::json<details>& v) {
    std::string made = "{\"counts\": [";
    for (const std::int64_t n : v->counts) made += (made.back() == '[' ? "" : ",") + std::to_string(n);
    made += "], \"flag\": ";
    made += v->flag ? text_of(*v->flag) : "null";
    made += ", \"name\": \"";
    for (const char c : v->name) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        const bool plain = c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
        made += plain ? std::string(1, c) : std::string(escape);
    }
    return made + "\"}";
}

template <class V>
std::optional<std::string> literal(const V& v) {
    return text_of(v);
}
template <class V>
std::optional<std::string> literal(const std::optional<V>& v) {
    return v ? literal(*v) : std::nullopt;
}

// --- comparing ---

template <class V>
bool is_same(const V& read, const V& made, const std::string&) {
    return read == made;
}
template <std::floating_point F>
bool is_same(const F& read, const F& made, const std::string&) {
    return (std::isnan(read) && std::isnan(made)) ||
           (read == made && std::signbit(read) == std::signbit(made));
}
// The server keeps its own form of a document.
bool is_same(const hawser::json_text& read, const hawser::json_text&, const std::string& servers) {
    return '=' + read.text() == servers;
}
template <class V>
bool is_same(const std::optional<V>& read, const std::optional<V>& made, const std::string& servers) {
    if (!read || !made) return !read && !made;
    return is_same(*read, *made, servers);
}

// A value as the server prints it, told from NULL.
std::string shown(const std::string& expression) {
    return "case when num_nulls(" + expression + ") = 1 then 'NULL' else '=' || format('%s', " + expression +
           ") end";
}

using texts = std::vector<std::vector<std::string>>; // of rows, column by column

class comparison {
public:
    comparison() {
        random_values chance(random_values::seed(), hawser::pgwire::types());
        rows.resize(count_of_rows);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for_each_member([&](auto column) { make(chance, rows[i].*column.pointer); });
            rows[i].id = static_cast<std::int64_t>(i + 1);
        }
    }
    template <class F>
    static void for_each_member(F f) {
        hawser::detail::for_each_column<sample>(f);
    }

    std::vector<sample> rows;
    texts servers; // what the server prints for what it has read
    std::map<std::string, std::map<std::string, std::size_t>> cases; // by what was done, of each member
    std::vector<std::string> wrong;

    void compare(const char* what, const std::string& column, bool same, const std::string& got) {
        ++cases[what][column];
        if (!same && wrong.size() < 20) wrong.push_back(std::string(what) + ", " + column + ": " + got);
    }
    void printed(const char* what, const texts& got) {
        REQUIRE(got.size() == rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            std::size_t at = 0;
            for_each_member([&](auto column) {
                compare(what, column.name, got[i].at(at) == servers[i].at(at),
                        got[i].at(at) + "\nfor what the server prints as " + servers[i].at(at));
                ++at;
            });
        }
    }
    void read(const char* what, std::vector<sample> got) {
        std::sort(got.begin(), got.end(), [](const sample& a, const sample& b) { return a.id < b.id; });
        REQUIRE(got.size() == rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            std::size_t at = 0;
            for_each_member([&](auto column) {
                const auto& made = got[i].*column.pointer;
                compare(what, column.name, is_same(made, rows[i].*column.pointer, servers[i].at(at)),
                        literal(made).value_or("NULL") + "\nfor what the server prints as " +
                            servers[i].at(at));
                ++at;
            });
        }
    }
};

std::string columns_shown() {
    std::string text;
    comparison::for_each_member(
        [&](auto column) { text += (text.empty() ? "" : ", ") + shown(column.name); });
    return text;
}

std::string quoted(const std::optional<std::string>& text) {
    if (!text) return "null";
    std::string made = "'";
    for (const char c : *text) made += c == '\'' ? "''" : std::string(1, c);
    return made + '\'';
}

std::string insert_of_literals(const std::vector<sample>& rows) {
    std::string text = "insert into samples values ";
    for (const sample& row : rows) {
        text += row.id == 1 ? "(" : ", (";
        bool first = true;
        comparison::for_each_member([&](auto column) {
            text += (first ? "" : ", ") + quoted(literal(row.*column.pointer));
            first = false;
        });
        text += ')';
    }
    return text;
}

// --- as parameters ---

template <class... D>
task<hawser::result> bind_all(const hawser::executor_ref& on, const hawser::sql& text, const sample& row,
                              hawser::detail::mp::mp_list<D...>) {
    return on.query(text, row.*D::pointer...);
}

std::string select_of_parameters() {
    std::string text = "select ";
    std::size_t at = 0;
    comparison::for_each_member([&](auto column) {
        using value = hawser::detail::column_value<decltype(column)>;
        text += at++ == 0 ? "" : ", ";
        text += shown('$' + std::to_string(at) +
                      "::" + std::string(hawser::detail::sql_type<value>(hawser::dialect::postgres)));
    });
    return text;
}

task<> bind_each_row(hawser::database& db, comparison& all) {
    const hawser::sql text(select_of_parameters());
    texts got;
    for (const sample& row : all.rows) {
        const hawser::result answer = co_await bind_all(
            db, text, row,
            hawser::detail::mp::mp_rename<hawser::detail::columns<sample>, hawser::detail::mp::mp_list>{});
        auto& of_row = got.emplace_back();
        for (const hawser::value& v : answer[0]) of_row.push_back(v.as<std::string>());
    }
    all.printed("parameters", got);
}

// --- as lists ---

template <class D>
task<> bind_list(hawser::database& db, comparison& all, std::size_t at) {
    using value = hawser::detail::bare<hawser::detail::column_value<D>>;
    std::vector<std::optional<value>> list;
    for (const sample& row : all.rows) list.emplace_back(row.*D::pointer);
    const hawser::sql text("select " + shown("v") + " from unnest($1::" +
                           std::string(hawser::detail::sql_type<value>(hawser::dialect::postgres)) +
                           "[]) with ordinality as u(v, n) order by n");
    const std::vector<std::string> got = co_await db.query<std::string>(text, list);
    REQUIRE(got.size() == all.rows.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        all.compare("lists", D::name, got[i] == all.servers[i].at(at),
                    got[i] + "\nfor what the server prints as " + all.servers[i].at(at));
}

template <class... D>
std::vector<task<>> list_tasks(hawser::database& db, comparison& all, hawser::detail::mp::mp_list<D...>) {
    std::vector<task<>> tasks;
    std::size_t at = 0;
    (tasks.push_back(bind_list<D>(db, all, at++)), ...);
    return tasks;
}

// --- the types that there are ---

// A C++ type, or several of a kind, as the first table of docs/types.md has them.
struct family {
    std::string cpp;
    std::set<std::string> postgres;
    auto operator<=>(const family&) const = default;
};
template <class... V>
family members_of(std::string cpp) {
    using all =
        hawser::detail::mp::mp_transform<hawser::detail::column_value, hawser::detail::columns<sample>>;
    static_assert((hawser::detail::mp::mp_contains<all, V>::value && ...));
    family made{std::move(cpp), {}};
    for (const std::string_view type : {hawser::detail::sql_type<V>(hawser::dialect::postgres)...})
        made.postgres.emplace(type.starts_with("numeric") ? "numeric(P,S)" : type);
    return made;
}

std::set<family> tried_types() {
    namespace c = std::chrono;
    return {
        members_of<bool>("bool"),
        members_of<std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t,
                   std::uint32_t>("signed integers to 64 bits, unsigned to 32"),
        members_of<float, double>("float, double"),
        members_of<std::string>("std::string"),
        members_of<decimal<1, 1>, decimal<9, 0>, decimal<18, 8>, decimal<18, 18>>("decimal<P, S>, P to 18"),
        members_of<decimal<19, 4>, decimal<38, 0>, decimal<38, 38>>("decimal<P, S>, P from 19 to 38"),
        members_of<hawser::uuid>("uuid"),
        members_of<hawser::bytes, std::vector<std::byte>, std::vector<std::uint8_t>>(
            "bytes, std::vector of std::byte or std::uint8_t"),
        members_of<hawser::timestamp, c::sys_time<c::milliseconds>, c::sys_seconds>(
            "timestamp, sys_time of seconds, milliseconds, .."),
        members_of<c::sys_days, c::year_month_day>("sys_days, year_month_day"),
        members_of<c::microseconds, c::milliseconds, c::hours>("std::chrono durations of whole microseconds"),
        members_of<word>("described enum"),
        members_of<hawser::json_text>("json_text"),
        members_of<hawser::json<details>>("json<T> (`hawser/json.hpp`)"),
    };
}

// Without the line of optionals, which are of all of these.
std::set<family> documented_types() {
    std::istringstream page(support::text_of(support::source_tree() / "docs/types.md"));
    std::string line;
    const auto cell = [&](int wanted) {
        std::size_t from = 2;
        for (; wanted > 0; --wanted) from = line.find(" | ", from) + 3;
        return line.substr(from, line.find(" |", from) - from);
    };
    const auto parts = [](std::string_view list) {
        std::set<std::string> all;
        for (std::size_t comma = 0; comma != std::string_view::npos;) {
            comma = list.find(", ");
            all.emplace(list.substr(0, comma));
            if (comma != std::string_view::npos) list.remove_prefix(comma + 2);
        }
        all.erase("CHECK");
        return all;
    };
    std::set<family> all;
    while (std::getline(page, line) && !line.starts_with("|---")) {}
    while (std::getline(page, line) && line.starts_with('|'))
        if (cell(0) != "std::optional of these") all.insert({cell(0), parts(cell(2))});
    return all;
}

} // namespace

TEST_CASE("random members of every mapped type are to PostgreSQL what it reads from text, both ways",
          "[postgres][types][values]") {
    NEED_POSTGRES();
    comparison all;
    on_postgres([&all](hawser::database& db, const support::fresh_database& fresh) -> task<> {
        co_await db.create_tables<sample>();
        support::raw_postgres look = fresh.look();
        const std::string stored = "select " + columns_shown() + " from samples order by id";
        const std::string fill = insert_of_literals(all.rows);
        look.exec(fill);
        all.servers = look.rows(stored);
        REQUIRE(all.servers.size() == count_of_rows);

        hawser::repository<sample> samples{db};
        static constexpr const char* selects[] = {"rows of a select", "rows of a select, once more"};
        for (const char* const what : selects) {
            std::vector<sample> got = co_await samples.all();
            all.read(what, std::move(got));
        }
        // What may write is asked for text at first, and for binary forms when its columns are known.
        const hawser::sql taking("delete from samples returning *");
        static constexpr const char* forms[] = {"rows in text form", "rows in binary form"};
        for (const char* const what : forms) {
            std::vector<sample> got = co_await db.query<sample>(taking);
            all.read(what, std::move(got));
            look.exec(fill);
        }
        look.exec("truncate samples");
        for (sample row : all.rows) co_await samples.insert(row);
        all.printed("insert", look.rows(stored));
        look.exec("truncate samples");
        static_cast<void>(co_await samples.bulk_insert(all.rows));
        all.printed("bulk_insert", look.rows(stored));
        look.exec("truncate samples");
        static_cast<void>(co_await samples.copy_in(all.rows));
        all.printed("copy_in", look.rows(stored));

        co_await bind_each_row(db, all);
        auto lists = list_tasks(
            db, all,
            hawser::detail::mp::mp_rename<hawser::detail::columns<sample>, hawser::detail::mp::mp_list>{});
        for (task<>& one : lists) co_await std::move(one);
    });
    INFO("HAWSER_VALUES_SEED=" << random_values::seed());
    for (const std::string& one : all.wrong) FAIL_CHECK(one);
    CHECK(all.cases.size() == 9);
    for (const auto& [what, of_members] : all.cases) {
        INFO(what);
        CHECK(of_members.size() == members);
        for (const auto& [member, count] : of_members) {
            INFO(member);
            CHECK(count == count_of_rows);
        }
    }
}

TEST_CASE("the types of random members are those that are documented, and make every kind of field",
          "[postgres][types][values]") {
    const auto told = [](const std::set<family>& all) {
        std::vector<std::string> lines;
        for (const family& one : all) {
            std::string& line = lines.emplace_back(one.cpp + ':');
            for (const std::string& type : one.postgres) line += ' ' + type;
        }
        return lines;
    };
    CHECK(told(tried_types()) == told(documented_types()));

    using hawser::field_type;
    std::set<std::string_view> fields;
    hawser::detail::for_each_column<sample>([&](auto column) {
        using value = hawser::detail::bare<hawser::detail::column_value<decltype(column)>>;
        fields.insert(to_string(hawser::detail::field_of<value>));
    });
    std::set<std::string_view> kinds;
    for (auto kind = field_type::null; kind <= field_type::key_of;
         kind = static_cast<field_type>(static_cast<int>(kind) + 1))
        if (kind != field_type::null && kind != field_type::list && kind != field_type::key_of)
            kinds.insert(to_string(kind));
    CHECK(fields == kinds);
}
