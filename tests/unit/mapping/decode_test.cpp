#include "support/catch.hpp"
#include <array>
#include <cmath>
#include <hawser/core/error.hpp>
#include <hawser/mapping/row.hpp>
#include <limits>
#include "app_schema.hpp"

using hawser::errc;
using hawser::field_type;
using hawser::field_view;
using hawser::detail::collected_rows;
using hawser::detail::row_decoder;

namespace {

field_view text(std::string_view s, field_type type = field_type::text) {
    return field_view::of(type, s.data(), static_cast<std::uint32_t>(s.size()));
}
field_view integer(std::int64_t v) {
    return field_view::of(field_type::int64, v);
}

template <class V>
V decoded(const field_view& f) {
    V out{};
    row_decoder<V, false>{}.decode_row(std::array{f}, out);
    return out;
}
template <class V>
bool refused(const field_view& f) {
    try {
        (void)decoded<V>(f);
        return false;
    } catch (const hawser::error& e) { return e.kind() == errc::type_mismatch; }
}

template <class V>
void check_integer_edges() {
    const auto low = static_cast<std::int64_t>(std::numeric_limits<V>::min());
    const auto high = static_cast<std::int64_t>(std::numeric_limits<V>::max());
    CHECK(decoded<V>(integer(low)) == std::numeric_limits<V>::min());
    CHECK(decoded<V>(integer(high)) == std::numeric_limits<V>::max());
    if constexpr (sizeof(V) < 8) {
        CHECK(refused<V>(integer(low - 1)));
        CHECK(refused<V>(integer(high + 1)));
    }
    CHECK(refused<V>(field_view::of(1.0)));
    CHECK(refused<V>(text("1")));
    CHECK(refused<V>(field_view::null()));
}

struct venue_row {
    std::string code;
    std::optional<std::string> name;
    std::int16_t rank{};
};
BOOST_DESCRIBE_STRUCT(venue_row, (), (code, name, rank))

using names = std::vector<std::string_view>;
using fields = std::vector<field_view>;

template <bool Named>
venue_row venue_of(const names& columns, const fields& values) {
    collected_rows<venue_row, Named> rows(10);
    rows.begin(columns);
    (void)rows.row(values);
    return rows.rows.at(0);
}

std::string message_of(const names& columns, const fields& values) {
    try {
        (void)venue_of<true>(columns, values);
    } catch (const hawser::error& e) {
        CHECK(e.kind() == errc::type_mismatch);
        return e.message();
    }
    return "no error";
}

} // namespace

TEST_CASE("integers are decoded in their range and refused beyond it", "[mapping][decode]") {
    check_integer_edges<std::int8_t>();
    check_integer_edges<std::int16_t>();
    check_integer_edges<std::int32_t>();
    check_integer_edges<std::int64_t>();
    check_integer_edges<std::uint8_t>();
    check_integer_edges<std::uint16_t>();
    check_integer_edges<std::uint32_t>();
}

TEST_CASE("a bool is 0, 1 or a boolean", "[mapping][decode]") {
    CHECK(decoded<bool>(integer(1)));
    CHECK_FALSE(decoded<bool>(integer(0)));
    CHECK(decoded<bool>(field_view::of(field_type::boolean, 1)));
    CHECK(refused<bool>(integer(2)));
    CHECK(refused<bool>(integer(-1)));
    CHECK(refused<bool>(text("true")));
}

TEST_CASE("floating point takes integers, and a float only what it can hold", "[mapping][decode]") {
    CHECK(decoded<double>(field_view::of(0.1)) == 0.1);
    CHECK(decoded<double>(integer(-3)) == -3.0);
    CHECK(decoded<double>(field_view::of(std::numeric_limits<double>::max())) ==
          std::numeric_limits<double>::max());
    CHECK(std::signbit(decoded<double>(field_view::of(-0.0))));
    CHECK(std::isinf(decoded<float>(field_view::of(std::numeric_limits<double>::infinity()))));
    CHECK(decoded<float>(field_view::of(static_cast<double>(std::numeric_limits<float>::max()))) ==
          std::numeric_limits<float>::max());
    CHECK(refused<float>(field_view::of(1e39)));
    CHECK(refused<float>(field_view::of(-1e39)));
    CHECK(refused<double>(text("1.5")));
}

TEST_CASE("text keeps zero bytes and may be empty", "[mapping][decode]") {
    CHECK(decoded<std::string>(text(std::string_view("a\0b", 3))) == std::string("a\0b", 3));
    CHECK(decoded<std::string>(text("")).empty());
    CHECK(refused<std::string>(integer(1)));
    CHECK(refused<std::string>(text("x", field_type::bytes)));
}

TEST_CASE("a timestamp is an integer of microseconds", "[mapping][decode]") {
    using hawser::timestamp;
    CHECK(decoded<timestamp>(integer(-1)) == timestamp(std::chrono::microseconds(-1)));
    CHECK(decoded<timestamp>(field_view::of(field_type::instant, std::numeric_limits<std::int64_t>::max())) ==
          timestamp::max());
    CHECK(refused<timestamp>(text("2026-01-01")));
    CHECK(refused<timestamp>(field_view::of(1.5)));
}

TEST_CASE("a decimal is a scaled integer or text, within its digits", "[mapping][decode]") {
    using price = hawser::decimal<5, 2>;
    CHECK(decoded<price>(integer(99999)) == price::max());
    CHECK(decoded<price>(integer(-99999)) == price::min());
    CHECK(decoded<price>(field_view::of(field_type::decimal, 150, 2)) == price::parse("1.5"));
    CHECK(decoded<price>(text("-12.50")) == price::parse("-12.5"));
    CHECK(refused<price>(integer(100000)));
    CHECK(refused<price>(integer(-100000)));
    CHECK(refused<price>(text("1.555")));
    CHECK(refused<price>(text("12 ")));
    CHECK(refused<price>(field_view::of(1.5)));
}

TEST_CASE("a decimal of another scale is taken where it is exact", "[mapping][decode]") {
    using price = hawser::decimal<5, 2>;
    CHECK(decoded<price>(field_view::of(field_type::decimal, 15, 1)) == price::parse("1.5"));
    CHECK(decoded<price>(field_view::of(field_type::decimal, -7)) == price::parse("-7"));
    CHECK(decoded<price>(field_view::of(field_type::decimal, std::int64_t{0})) == price{});
    CHECK(decoded<price>(field_view::of(field_type::decimal, std::int64_t{0}, 38)) == price{});
    CHECK(decoded<price>(field_view::of(field_type::decimal, 999'990'000'000, 9)) == price::max());
    CHECK(refused<price>(field_view::of(field_type::decimal, 1'555, 3)));
    CHECK(refused<price>(field_view::of(field_type::decimal, 1, 38)));
    CHECK(refused<price>(field_view::of(field_type::decimal, 1'000)));
    CHECK(refused<price>(field_view::of(field_type::decimal, std::numeric_limits<std::int64_t>::max())));
    CHECK(refused<price>(field_view::of(field_type::decimal, std::int64_t{0}, 39)));
}

TEST_CASE("a wide decimal of another scale is taken where it is exact", "[mapping][decode]") {
    using amount = hawser::decimal<38, 8>;
    const auto wide = [](std::array<std::byte, 16>& room, hawser::detail::int128 scaled, std::uint8_t scale) {
        room = hawser::detail::encode_ordered(scaled);
        field_view f =
            field_view::of(field_type::wide_decimal, reinterpret_cast<const char*>(room.data()), 16);
        f.scale = scale;
        return f;
    };
    std::array<std::byte, 16> room{};
    CHECK(decoded<amount>(wide(room, 1'500, 3)) == amount::parse("1.5"));
    CHECK(decoded<amount>(wide(room, -hawser::detail::power_of_ten(20), 20)) == amount::parse("-1"));
    CHECK(decoded<amount>(field_view::of(field_type::decimal, 15, 1)) == amount::parse("1.5"));
    CHECK(refused<amount>(wide(room, 1, 9)));
    CHECK(refused<amount>(wide(room, hawser::detail::power_of_ten(37), 0)));
    using price = hawser::decimal<5, 2>;
    CHECK(decoded<price>(wide(room, hawser::detail::power_of_ten(19), 18)) == price::parse("10"));
    CHECK(refused<price>(wide(room, hawser::detail::power_of_ten(22), 18)));
    field_view cut = wide(room, 1'500, 3);
    cut.size = 15;
    CHECK(refused<amount>(cut));
}

TEST_CASE("an enum is one of its stored words", "[mapping][decode]") {
    CHECK(decoded<app::side>(text("seller's")) == app::side::sell);
    CHECK(decoded<app::phase>(text("closed")) == app::phase::closed);
    CHECK(refused<app::side>(text("sell")));
    CHECK(refused<app::side>(text("")));
    CHECK(refused<app::side>(text(std::string_view("BUY\0", 4))));
    CHECK(refused<app::phase>(integer(3)));
}

TEST_CASE("JSON text is taken as it is stored", "[mapping][decode]") {
    CHECK(decoded<hawser::json_text>(text("[1, 2]")).text() == "[1, 2]");
    CHECK(decoded<hawser::json_text>(text("{}", field_type::json)).text() == "{}");
    CHECK(refused<hawser::json_text>(integer(1)));
}

TEST_CASE("NULL is an empty optional, whatever was in it", "[mapping][decode]") {
    std::optional<std::string> out = "before";
    row_decoder<std::optional<std::string>, false>{}.decode_row(fields{field_view::null()}, out);
    CHECK_FALSE(out.has_value());
    CHECK(decoded<std::optional<app::side>>(text("BUY")) == app::side::buy);
    CHECK(refused<std::optional<std::int8_t>>(integer(300)));
}

TEST_CASE("what does not fit is named by its column and its type, not by its value", "[mapping][decode]") {
    const names columns{"code", "name", "rank"};
    CHECK(message_of(columns, {field_view::null(), field_view::null(), integer(1)}) ==
          "column code is NULL and the member is not optional");
    CHECK(message_of(columns, {text("x"), field_view::null(), integer(40000)}) ==
          "column rank holds a value of type integer that does not fit the member (stored as INTEGER)");
    CHECK(message_of(columns, {text("x"), field_view::of(2.5), integer(1)}) ==
          "column name holds a value of type floating point that does not fit the member (stored as TEXT)");
}

TEST_CASE("a member of a tuple is named by its place", "[mapping][decode]") {
    using row = std::tuple<std::int64_t, std::string>;
    row out;
    row_decoder<row, true> decoder;
    decoder.begin(names{"a", "b"});
    decoder.decode_row(fields{integer(1), text("x")}, out);
    CHECK(out == row{1, "x"});
    CHECK_THROWS_WITH(decoder.decode_row(fields{integer(1), integer(2)}, out),
                      support::contains_text("column 2 holds"));
}

TEST_CASE("columns of raw SQL are matched by name, in any order, among others", "[mapping][decode]") {
    const venue_row v = venue_of<true>({"rank", "extra", "name", "code"},
                                       {integer(3), text("ignored"), field_view::null(), text("XNYS")});
    CHECK(v.code == "XNYS");
    CHECK_FALSE(v.name.has_value());
    CHECK(v.rank == 3);
}

TEST_CASE("of two columns with one name the first counts", "[mapping][decode]") {
    const venue_row v = venue_of<true>({"code", "code", "name", "rank"},
                                       {text("first"), text("second"), text("n"), integer(1)});
    CHECK(v.code == "first");
}

TEST_CASE("a member without a column is named", "[mapping][decode]") {
    CHECK_THAT(message_of({"code", "name"}, {text("x"), text("y")}), support::contains_text("member rank"));
}

TEST_CASE("an entity's own columns come in its own order, all of them", "[mapping][decode]") {
    const venue_row v = venue_of<false>({"a", "b", "c"}, {text("XNYS"), text("New York"), integer(3)});
    CHECK(v.name == "New York");
    CHECK_THROWS_WITH((venue_of<false>({"a", "b"}, {text("x"), text("y")})),
                      support::contains_text("columns of the result: 2; wanted: 3"));
}

TEST_CASE("scalars and tuples want as many columns as they have members", "[mapping][decode]") {
    row_decoder<std::int64_t, true> one;
    CHECK_THROWS_WITH(one.begin(names{"a", "b"}),
                      support::contains_text("columns of the result: 2; wanted: 1"));
    row_decoder<std::tuple<std::int64_t, bool>, true> two;
    CHECK_THROWS_WITH(two.begin(names{"a"}), support::contains_text("columns of the result: 1; wanted: 2"));
}

TEST_CASE("collected rows stop at their number and begin anew", "[mapping][decode]") {
    collected_rows<std::int64_t, false> rows(2);
    rows.begin(names{"n"});
    CHECK(rows.row(fields{integer(1)}));
    CHECK_FALSE(rows.row(fields{integer(2)}));
    rows.begin(names{"n"});
    CHECK(rows.rows.empty());
    CHECK(rows.row(fields{integer(3)}));
    CHECK(rows.rows == std::vector<std::int64_t>{3});
}

TEST_CASE("collected rows make room seldom, and for no more than may come", "[mapping][decode]") {
    constexpr std::size_t most = 2'000'000;
    collected_rows<std::int64_t, false> rows(most);
    rows.begin(names{"n"});
    std::vector<std::size_t> rooms;
    for (std::size_t i = 1; i <= most; ++i) {
        rows.row(fields{integer(static_cast<std::int64_t>(i))});
        if (rooms.empty() || rooms.back() != rows.rows.capacity()) rooms.push_back(rows.rows.capacity());
    }
    CHECK(rooms == std::vector<std::size_t>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192,
                                            65536, 524288, 2'000'000});
    CHECK(rows.rows.front() == 1);
    CHECK(rows.rows.back() == 2'000'000);
    CHECK(hawser::detail::next_capacity(1 << 20, 8) == 2 << 20);
}

TEST_CASE("rows of bool are collected too", "[mapping][decode]") {
    collected_rows<bool, false> rows(9);
    rows.begin(names{"b"});
    CHECK(rows.row(fields{integer(1)}));
    CHECK(rows.row(fields{integer(0)}));
    CHECK(rows.rows == std::vector<bool>{true, false});
}
