// How dates, durations, bytes, uuids, wide decimals and documents are stored.
#include "support/catch.hpp"
#include <boost/describe/class.hpp>
#include <hawser/core/error.hpp>
#include <hawser/json.hpp>
#include <hawser/mapping/ddl.hpp>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/row.hpp>
#include <hawser/mapping/table.hpp>

using hawser::col;
using hawser::decimal;
using hawser::field_type;
using hawser::field_view;
using hawser::parameters;
using hawser::type_map;
using hawser::uuid;
using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year_month_day;

namespace {

using wide = decimal<38, 10>;

struct limits {
    int depth{};
    decimal<18, 2> cap;
    std::optional<std::string> note;
    uuid owner;
    std::vector<double> steps;
    bool operator==(const limits&) const = default;
};
BOOST_DESCRIBE_STRUCT(limits, (), (depth, cap, note, owner, steps))

struct paper {
    uuid id;
    wide amount;
    std::optional<decimal<19, 0>> count;
    hawser::bytes seal;
    std::vector<std::byte> raw;
    sys_days day{};
    year_month_day due{};
    std::chrono::milliseconds wait{};
    std::chrono::sys_seconds at{};
    hawser::json<limits> rules;
};
BOOST_DESCRIBE_STRUCT(paper, (), (id, amount, count, seal, raw, day, due, wait, at, rules))

consteval auto hawser_table(hawser::of<paper>) {
    return hawser::table<paper>(
        "papers", hawser::primary_key<&paper::id>, hawser::check("positive", col<&paper::amount> >= 1),
        hawser::check("recent", col<&paper::due> > year_month_day(std::chrono::year(2001) / 2 / 3)),
        hawser::check("short", col<&paper::wait> < std::chrono::milliseconds(1500)),
        hawser::check("late", col<&paper::at> > std::chrono::sys_seconds(std::chrono::seconds(-1))),
        hawser::check("not_nil", col<&paper::id> != uuid()));
}

template <class V>
field_view encoded(const V& v, parameters& p) {
    p.clear();
    hawser::detail::encode(v, p);
    return p.slice(0, 1)[0];
}

template <class V>
std::optional<V> decoded(const field_view& f) {
    V v{};
    if (!hawser::detail::decode(f, v)) return std::nullopt;
    return v;
}

field_view text(std::string_view s, field_type type) {
    return field_view::of(type, s.data(), static_cast<std::uint32_t>(s.size()));
}
field_view integer(std::int64_t v) {
    return field_view::of(field_type::int64, v);
}

template <class Make>
hawser::errc kind_of(Make make) {
    try {
        make();
    } catch (const hawser::error& e) { return e.kind(); }
    throw std::logic_error("expected an error");
}

template <class E>
std::string in_text(const E&, hawser::dialect d) {
    char room[400];
    hawser::detail::text_sink out(room);
    unsigned last = 0;
    hawser::detail::expression_sink s{out, d, last};
    E::template write<paper>(s);
    return std::string(room, out.size());
}

} // namespace

TEST_CASE("columns of wide decimals, uuids, bytes, dates and durations, in both dialects",
          "[mapping][types]") {
    const std::string sqlite(hawser::create_sqlite<paper>);
    CHECK_THAT(sqlite, support::contains_text(
                           R"("id" BLOB not null constraint "papers_id_check" check (length("id") = 16))"));
    CHECK_THAT(sqlite,
               support::contains_text(
                   R"("amount" BLOB not null constraint "papers_amount_check" check (length("amount") = 16 )"
                   R"(and "amount" between x'34c4b357a5793b85f675ddc000000001' and )"
                   "x'cb3b4ca85a86c47a098a223fffffffff')"));
    CHECK_THAT(sqlite,
               support::contains_text(
                   R"("count" BLOB constraint "papers_count_check" check (length("count") = 16 and "count" )"
                   "between x'7fffffffffffffff7538dcfb76180001' and x'80000000000000008ac7230489e7ffff')"));
    CHECK_THAT(sqlite,
               support::contains_text(R"("seal" BLOB not null, "raw" BLOB not null, "day" INTEGER not null, )"
                                      R"("due" INTEGER not null, "wait" INTEGER not null, )"
                                      R"("at" INTEGER not null, "rules" TEXT not null)"));
    CHECK_THAT(sqlite, support::contains_text(R"(check ("amount" >= x'800000000000000000000002540be400'))"));
    CHECK_THAT(sqlite, support::contains_text(R"(check ("due" > 11356))"));
    CHECK_THAT(sqlite, support::contains_text(R"(check ("wait" < 1500000))"));
    CHECK_THAT(sqlite, support::contains_text(R"(check ("at" > -1000000))"));
    CHECK_THAT(sqlite, support::contains_text(R"(check ("id" <> x'00000000000000000000000000000000'))"));

    const std::string postgres(hawser::create_postgres<paper>);
    CHECK_THAT(postgres,
               support::contains_text(
                   R"("id" uuid not null, "amount" numeric(38,10) not null, "count" numeric(19,0), )"
                   R"("seal" bytea not null, "raw" bytea not null, "day" date not null, )"
                   R"("due" date not null, "wait" interval not null, "at" timestamptz not null, )"
                   R"("rules" jsonb not null)"));
    CHECK_THAT(postgres, support::contains_text(R"(check ("amount" >= 1))"));
    CHECK_THAT(postgres, support::contains_text(R"(check ("due" > date '2001-02-03'))"));
    CHECK_THAT(postgres, support::contains_text(R"(check ("wait" < interval '1500000 microseconds'))"));
    CHECK_THAT(postgres,
               support::contains_text(R"(check ("at" > timestamptz '1969-12-31 23:59:59.000000+00'))"));
    CHECK_THAT(postgres,
               support::contains_text(R"(check ("id" <> uuid '00000000000000000000000000000000'))"));
}

TEST_CASE("what is stored as BLOB travels in lists as hex, in both dialects", "[mapping][types]") {
    const auto ids = col<&paper::id>.in(uuid());
    CHECK(in_text(ids, hawser::dialect::sqlite) == R"("id" in (select blob_of(value) from json_each(?1)))");
    CHECK(in_text(ids, hawser::dialect::postgres) == R"("id" = any($1))");
    const auto amounts = col<&paper::amount>.in(1, 2);
    CHECK(in_text(amounts, hawser::dialect::sqlite) ==
          R"("amount" in (select blob_of(value) from json_each(?1)))");
    const auto days = col<&paper::day>.in(sys_days());
    CHECK(in_text(days, hawser::dialect::sqlite) == R"("day" in (select value from json_each(?1)))");
    parameters p;
    days.bind(p);
    CHECK(p.slice(0, 1)[0].element == field_type::date);
    p.clear();
    ids.bind(p);
    CHECK(p.slice(0, 1)[0].element == field_type::uuid);
    CHECK(p.slice(0, 1)[0].list()[0].type == field_type::uuid);
}

TEST_CASE("sums of wide decimals are no sums of blobs", "[mapping][types]") {
    const auto sum = col<&paper::amount> + 1;
    CHECK(in_text(sum, hawser::dialect::sqlite) == R"(dec_add("amount", ?1))");
    CHECK(in_text(sum, hawser::dialect::postgres) == R"(("amount" + $1)::numeric(38,10))");
    const auto difference = col<&paper::amount> - col<&paper::amount>;
    CHECK(in_text(difference, hawser::dialect::sqlite) == R"(dec_sub("amount", "amount"))");
    const auto product = col<&paper::amount> * 2;
    CHECK(in_text(product, hawser::dialect::sqlite) == R"(dec_mul("amount", ?1, 10))");
    CHECK(in_text(product, hawser::dialect::postgres) == R"(("amount" * $1)::numeric(38,10))");
}

TEST_CASE("what is computed of wide decimals has no more digits than their type", "[mapping][types]") {
    const auto sum = col<&paper::count> + 1;
    CHECK(in_text(sum, hawser::dialect::sqlite) == R"(dec_fit(dec_add("count", ?1), 19))");
    CHECK(in_text(sum, hawser::dialect::postgres) == R"(("count" + $1)::numeric(19,0))");
    const auto difference = col<&paper::count> - 1;
    CHECK(in_text(difference, hawser::dialect::sqlite) == R"(dec_fit(dec_sub("count", ?1), 19))");
    CHECK(in_text(difference, hawser::dialect::postgres) == R"(("count" - $1)::numeric(19,0))");
    const auto product = col<&paper::count> * 2;
    CHECK(in_text(product, hawser::dialect::sqlite) == R"(dec_fit(dec_mul("count", ?1, 0), 19))");
    CHECK(in_text(product, hawser::dialect::postgres) == R"(("count" * $1)::numeric(19,0))");
    const auto rounded = hawser::multiply_rounded<decimal<25, 4>>(col<&paper::amount>, col<&paper::count>);
    CHECK(in_text(rounded, hawser::dialect::sqlite) ==
          R"(dec_wide(dec_fit(dec_mul("amount", "count", 6), 25)))");
    CHECK(in_text(rounded, hawser::dialect::postgres) == R"(("amount" * "count")::numeric(25,4))");
}

TEST_CASE("means of wide decimals are floats", "[mapping][types]") {
    const auto mean = hawser::avg(col<&paper::amount>);
    CHECK(in_text(mean, hawser::dialect::sqlite) == R"(dec_mean("amount", 10))");
    CHECK(in_text(mean, hawser::dialect::postgres) == R"(avg("amount")::double precision)");
}

TEST_CASE("wide decimals are read from wide fields, scaled integers and text", "[mapping][types]") {
    parameters p;
    const wide v = wide::parse("-12345678901234567890.5");
    const field_view f = encoded(v, p);
    CHECK(f.type == field_type::wide_decimal);
    CHECK(f.scale == 10);
    CHECK(decoded<wide>(f) == v);
    CHECK(decoded<wide>(text(f.text(), field_type::bytes)) == v);
    CHECK(decoded<wide>(integer(15'000'000'000)) == wide::parse("1.5"));
    CHECK(decoded<wide>(text("2.25", field_type::text)) == wide::parse("2.25"));
    CHECK(decoded<wide>(text("x", field_type::text)) == std::nullopt);
    CHECK(decoded<wide>(text("123456789012345", field_type::bytes)) == std::nullopt);
    CHECK(decoded<wide>(text(std::string(16, '\xff'), field_type::bytes)) == std::nullopt);
    CHECK(decoded<wide>(field_view::null()) == std::nullopt);
    // What a sum of small ones has become.
    parameters sum;
    sum.wide_decimal(250, 2);
    CHECK(decoded<decimal<18, 2>>(sum.slice(0, 1)[0]) == decimal<18, 2>::parse("2.5"));
    CHECK(decoded<decimal<18, 3>>(sum.slice(0, 1)[0]) == decimal<18, 3>::parse("2.5"));
    CHECK(decoded<decimal<18, 0>>(sum.slice(0, 1)[0]) == std::nullopt);
    sum.clear();
    sum.wide_decimal(hawser::detail::power_of_ten(18), 2);
    CHECK(decoded<decimal<18, 2>>(sum.slice(0, 1)[0]) == std::nullopt);
    CHECK(decoded<decimal<38, 2>>(sum.slice(0, 1)[0]) == decimal<38, 2>::parse("10000000000000000"));
}

TEST_CASE("uuids are read from 16 bytes and from text", "[mapping][types]") {
    parameters p;
    const uuid v = uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
    const field_view f = encoded(v, p);
    CHECK(f.type == field_type::uuid);
    CHECK(decoded<uuid>(f) == v);
    CHECK(decoded<uuid>(text(f.text(), field_type::bytes)) == v);
    CHECK(decoded<uuid>(text(v.to_string(), field_type::text)) == v);
    CHECK(decoded<uuid>(text("15 bytes of text", field_type::text)) == std::nullopt);
    CHECK(decoded<uuid>(text("123456789012345", field_type::bytes)) == std::nullopt);
    CHECK(decoded<uuid>(integer(1)) == std::nullopt);
}

TEST_CASE("bytes are bytes, and no text", "[mapping][types]") {
    parameters p;
    const hawser::bytes v = hawser::bytes::of(std::string_view("\0a", 2));
    const std::vector<std::uint8_t> numbers{0, 'a'};
    const std::vector<std::byte> raw{std::byte{0}, std::byte{'a'}};
    const field_view f = encoded(v, p);
    CHECK(f.type == field_type::bytes);
    CHECK(decoded<hawser::bytes>(f) == v);
    CHECK(decoded<std::vector<std::uint8_t>>(f) == numbers);
    CHECK(decoded<std::vector<std::byte>>(f) == raw);
    parameters q;
    CHECK(encoded(numbers, q).text() == f.text());
    CHECK(encoded(raw, q).text() == f.text());
    CHECK(decoded<hawser::bytes>(text("a", field_type::text)) == std::nullopt);
    CHECK(decoded<std::vector<std::byte>>(integer(1)) == std::nullopt);
    CHECK(encoded(hawser::bytes(), q).type == field_type::bytes);
}

TEST_CASE("dates are days, and only those of the calendar", "[mapping][types]") {
    using namespace std::chrono;
    parameters p;
    const year_month_day leap = year(2024) / 2 / 29;
    CHECK(encoded(leap, p).type == field_type::date);
    CHECK(encoded(leap, p).integer == 19782);
    CHECK(decoded<year_month_day>(integer(19782)) == leap);
    CHECK(decoded<std::chrono::sys_days>(integer(-1)) == std::chrono::sys_days(year(1969) / 12 / 31));
    CHECK(decoded<year_month_day>(integer(std::int64_t{1} << 40)) == std::nullopt);
    CHECK(decoded<year_month_day>(integer(20'000'000)) == std::nullopt);
    CHECK(decoded<year_month_day>(field_view::of(field_type::instant, 0)) == std::nullopt);
    CHECK(decoded<year_month_day>(encoded(year_month_day(year::max() / 12 / 31), p)) ==
          year_month_day(year::max() / 12 / 31));
    CHECK(decoded<year_month_day>(encoded(year_month_day(year::min() / 1 / 1), p)) ==
          year_month_day(year::min() / 1 / 1));
    CHECK(kind_of([] {
              parameters q;
              hawser::detail::encode(year_month_day(year(2023) / 2 / 29), q);
          }) == hawser::errc::out_of_range);
}

TEST_CASE("durations and times are microseconds, and nothing of them is lost", "[mapping][types]") {
    using namespace std::chrono;
    parameters p;
    CHECK(encoded(milliseconds(-7), p).type == field_type::duration);
    CHECK(encoded(milliseconds(-7), p).integer == -7000);
    CHECK(encoded(hours(1), p).integer == 3'600'000'000);
    CHECK(decoded<milliseconds>(integer(-7000)) == milliseconds(-7));
    CHECK(decoded<milliseconds>(integer(-7001)) == std::nullopt);
    CHECK(decoded<microseconds>(integer(-7001)) == microseconds(-7001));
    CHECK(decoded<milliseconds>(field_view::of(field_type::instant, 1000)) == std::nullopt);
    CHECK(encoded(sys_seconds(3s), p).type == field_type::instant);
    CHECK(encoded(sys_seconds(3s), p).integer == 3'000'000);
    CHECK(decoded<sys_seconds>(integer(3'000'000)) == sys_seconds(3s));
    CHECK(decoded<sys_seconds>(integer(3'000'001)) == std::nullopt);
    CHECK(decoded<sys_time<duration<std::int8_t>>>(integer(200'000'000)) == std::nullopt);
    CHECK(kind_of([] {
              parameters q;
              hawser::detail::encode(hours::max(), q);
          }) == hawser::errc::out_of_range);
    STATIC_REQUIRE_FALSE(hawser::mapped<nanoseconds>);
    STATIC_REQUIRE_FALSE(hawser::mapped<duration<double>>);
    STATIC_REQUIRE_FALSE(hawser::mapped<sys_time<nanoseconds>>);
}

TEST_CASE("neither char nor unsigned 64 bits are mapped, which no column of both engines holds",
          "[mapping][types]") {
    STATIC_REQUIRE_FALSE(hawser::mapped<char>);
    STATIC_REQUIRE_FALSE(hawser::mapped<std::uint64_t>);
    STATIC_REQUIRE(hawser::mapped<decimal<20, 0>>);
}

TEST_CASE("a document holds the members by name, numbers that are exact as strings", "[mapping][types]") {
    parameters p;
    const limits value{3, decimal<18, 2>::parse("9.90"), std::nullopt, uuid(), {0.5, 2}};
    const hawser::json<limits> v = value;
    const field_view f = encoded(v, p);
    CHECK(f.type == field_type::json);
    CHECK(f.text() == R"({"depth":3,"cap":"9.90","note":null,)"
                      R"("owner":"00000000-0000-0000-0000-000000000000","steps":[5E-1,2E0]})");
    const auto back = decoded<hawser::json<limits>>(text(f.text(), field_type::text));
    REQUIRE(back.has_value());
    CHECK(**back == value);
    CHECK((*back)->depth == 3);
}

TEST_CASE("a document of another shape is refused", "[mapping][types]") {
    const std::string document = GENERATE(
        as<std::string>{}, "", "{", "[]", "{}", "null", R"({"depth":"3"})",
        R"({"depth":3,"cap":9.9,"note":null,"owner":"00000000-0000-0000-0000-000000000000","steps":[]})",
        R"({"depth":3,"cap":"9.999","note":null,"owner":"00000000-0000-0000-0000-000000000000","steps":[]})",
        R"({"depth":3,"cap":"9","note":null,"owner":"0","steps":[]})");
    CHECK(decoded<hawser::json<limits>>(text(document, field_type::json)) == std::nullopt);
    CHECK(decoded<hawser::json<limits>>(integer(1)) == std::nullopt);
}

TEST_CASE("what cannot be decoded is named with its column and what it should be", "[mapping][types]") {
    const auto message = [](auto v, const field_view& f) {
        try {
            hawser::detail::decode_field(f, v, "amount");
        } catch (const hawser::error& e) {
            CHECK(e.kind() == hawser::errc::type_mismatch);
            CHECK(e.info().columns == std::vector<std::string>{"amount"});
            return e.message();
        }
        throw std::logic_error("expected an error");
    };
    CHECK_THAT(message(wide(), text("x", field_type::bytes)),
               support::contains_text(
                   "column amount holds a value of type bytes that does not fit the member (stored "
                   "as numeric(38,10))"));
    CHECK_THAT(message(uuid(), integer(1)), support::contains_text("(stored as a uuid of 16 bytes)"));
    CHECK_THAT(message(hawser::json<limits>(), text("{}", field_type::json)),
               support::contains_text("(stored as a JSON document of the member's type)"));
    CHECK_THAT(message(sys_days(), field_view::null()), support::contains_text("is NULL"));
}

namespace {

template <class V>
std::string literal_on_postgres(V v) {
    std::string text(100, '\0');
    hawser::detail::text_sink s(text.data());
    type_map<V>::literal(s, v, hawser::dialect::postgres);
    return text.substr(0, s.size());
}

} // namespace

TEST_CASE("a point in time is a constant on PostgreSQL, fit for an index's condition", "[mapping][types]") {
    using hawser::timestamp;
    CHECK(literal_on_postgres(timestamp{}) == "timestamptz '1970-01-01 00:00:00.000000+00'");
    CHECK(literal_on_postgres(timestamp(-1us)) == "timestamptz '1969-12-31 23:59:59.999999+00'");
    CHECK(literal_on_postgres(hawser::parse_timestamp("2026-03-01T12:34:56.000789Z")) ==
          "timestamptz '2026-03-01 12:34:56.000789+00'");
    const auto first = hawser::parse_timestamp("0001-01-01T00:00:00Z");
    const auto last = hawser::parse_timestamp("9999-12-31T23:59:59.999999Z");
    CHECK(literal_on_postgres(first) == "timestamptz '0001-01-01 00:00:00.000000+00'");
    CHECK(literal_on_postgres(last) == "timestamptz '9999-12-31 23:59:59.999999+00'");
    CHECK(literal_on_postgres(first - 1us) ==
          "(timestamptz 'epoch' + interval '-62135596800000001 microseconds')");
    CHECK(literal_on_postgres(last + 1us) ==
          "(timestamptz 'epoch' + interval '253402300800000000 microseconds')");
    CHECK(literal_on_postgres(std::chrono::sys_time<std::chrono::hours>(25h)) ==
          "timestamptz '1970-01-02 01:00:00.000000+00'");
}
