#include "support/catch.hpp"
#include <array>
#include <cmath>
#include <hawser/core/error.hpp>
#include <hawser/mapping/select.hpp>
#include <limits>
#include "app_schema.hpp"

using namespace hawser::detail;
using app::account;
using app::holding;
using app::sample;
using app::ticket;
using app::venue;
using hawser::col;
using hawser::field_type;
using hawser::field_view;
using hawser::parameters;
using hawser::set;
using hawser::timestamp;

namespace {

const stamp clock_says{timestamp(std::chrono::microseconds(1'700'000'000'123'456))};
constexpr std::int64_t now = 1'700'000'000'123'456;

account make_account() {
    account a;
    a.id = 42;
    a.email = "ada@example.org";
    a.owner = "ada";
    a.active = true;
    a.balance = hawser::decimal<18, 2>::from_scaled(1250);
    a.rating = 4;
    a.created_at = timestamp(std::chrono::microseconds(11));
    a.updated_at = timestamp(std::chrono::microseconds(12));
    a.row_version = 9;
    return a;
}

// "type:value" of each field, for short comparisons.
std::vector<std::string> shown(const parameters& p) {
    std::vector<std::string> all;
    for (const field_view& f : p.slice(0, p.size())) {
        std::string text(hawser::to_string(f.type));
        switch (f.type) {
        case field_type::null: break;
        case field_type::float64: text += ':' + std::to_string(f.real); break;
        case field_type::text:
        case field_type::json:
        case field_type::bytes: text += ':' + std::string(f.text()); break;
        default: text += ':' + std::to_string(f.integer);
        }
        all.push_back(text);
    }
    return all;
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("insert gives values in placeholder order, timestamps and version by the framework",
          "[mapping][encode]") {
    const account a = make_account();
    parameters p;
    encode_insert<account>(&a, clock_says, {}, p);
    CHECK(shown(p) == texts{"text:ada@example.org", "text:ada", "boolean:1", "decimal:1250", "integer:4",
                            "timestamp:" + std::to_string(now), "timestamp:" + std::to_string(now),
                            "integer:1"});
    CHECK(p.size() == statement_of<account, insert_text<account>>.parameters());
}

TEST_CASE("a key made by an earlier insert takes the place of the member", "[mapping][encode]") {
    holding h;
    h.account_id = 5;
    h.symbol = "BTC";
    h.owner_email = "x";
    h.quantity = 2;
    const std::array<key_binding, 1> bound{{{0, 3}}};
    parameters p;
    encode_insert<holding>(&h, clock_says, bound, p);
    CHECK(shown(p) ==
          texts{"generated key:3", "text:BTC", "null", "text:x", "decimal:200000000", "integer:1"});
}

TEST_CASE("update gives the row, then its key, then the version that is expected", "[mapping][encode]") {
    const account a = make_account();
    parameters p;
    encode_update<account>(&a, clock_says, p);
    CHECK(shown(p) == texts{"text:ada@example.org", "text:ada", "boolean:1", "decimal:1250", "integer:4",
                            "timestamp:" + std::to_string(now), "integer:42", "integer:9"});
    CHECK(p.size() == statement_of<account, update_text<account>>.parameters());
}

TEST_CASE("update gives a composite key in the order of the primary key", "[mapping][encode]") {
    holding h;
    h.account_id = 5;
    h.symbol = "BTC";
    h.row_version = 6;
    parameters p;
    encode_update<holding>(&h, clock_says, p);
    CHECK(shown(p) == texts{"null", "text:", "decimal:0", "integer:5", "text:BTC", "integer:6"});
    parameters key;
    encode_key<holding>(hawser::key_of_t<holding>{7, "ETH"}, key);
    CHECK(shown(key) == texts{"integer:7", "text:ETH"});
    parameters of_row;
    encode_key_of<holding>(&h, of_row);
    CHECK(shown(of_row) == texts{"integer:5", "text:BTC"});
}

TEST_CASE("a patch gives its values, then updated_at, then the key", "[mapping][encode]") {
    parameters p;
    encode_assignments<account>(clock_says, p, set<&account::owner>("new"),
                                set<&account::balance>(col<&account::balance> + 1),
                                set<&account::rating>(std::nullopt));
    encode_key<account>(42, p);
    CHECK(shown(p) == texts{"text:new", "decimal:100", "timestamp:" + std::to_string(now), "integer:42"});
}

TEST_CASE("a patch of a row without timestamps gives its values alone", "[mapping][encode]") {
    parameters p;
    encode_assignments<venue>(clock_says, p, set<&venue::name>("x"));
    CHECK(shown(p) == texts{"text:x"});
}

TEST_CASE("an insert writes key, timestamps and version back", "[mapping][encode]") {
    account a = make_account();
    write_back_insert<account>(&a, clock_says, 77);
    CHECK(a.id == 77);
    CHECK(a.created_at == clock_says.now);
    CHECK(a.updated_at == clock_says.now);
    CHECK(a.row_version == 1);
    CHECK(a.owner == "ada");
    ticket t;
    write_back_insert<ticket>(&t, clock_says, 8);
    CHECK(t.number == 8);
}

TEST_CASE("an insert leaves a natural key alone", "[mapping][encode]") {
    venue v{.code = "XNYS", .name = "New York", .parent = {}};
    write_back_insert<venue>(&v, clock_says, 77);
    CHECK(v.code == "XNYS");
}

TEST_CASE("an update writes updated_at and the next version back", "[mapping][encode]") {
    account a = make_account();
    write_back_update<account>(&a, clock_says);
    CHECK(a.created_at == timestamp(std::chrono::microseconds(11)));
    CHECK(a.updated_at == clock_says.now);
    CHECK(a.row_version == 10);
}

TEST_CASE("every type is encoded as itself at its edges", "[mapping][encode]") {
    sample s;
    s.i8 = std::numeric_limits<std::int8_t>::min();
    s.i64 = std::numeric_limits<std::int64_t>::min();
    s.u32 = std::numeric_limits<std::uint32_t>::max();
    s.f32 = 0.5f;
    s.f64 = std::numeric_limits<double>::infinity();
    s.word = std::string("a\0b", 3);
    s.at = timestamp::min();
    s.price = hawser::decimal<18, 8>::max();
    s.lots = hawser::decimal<5, 0>::min();
    s.side = app::side::sell;
    s.phase = app::phase::closed;
    s.document = hawser::json_text(R"({"a": 1})");
    s.o_word = "";
    s.o_flag = false;
    parameters p;
    encode_insert<sample>(&s, clock_says, {}, p);
    const auto f = p.slice(0, p.size());
    REQUIRE(f.size() == 33);
    CHECK(f[0].integer == -128);
    CHECK(f[3].integer == std::numeric_limits<std::int64_t>::min());
    CHECK(f[6].integer == 4294967295);
    CHECK(f[7].type == field_type::boolean);
    CHECK(f[8].real == 0.5);
    CHECK(std::isinf(f[9].real));
    CHECK(f[10].text() == std::string_view("a\0b", 3));
    CHECK(f[11].integer == std::numeric_limits<std::int64_t>::min());
    CHECK(f[12].integer == 999'999'999'999'999'999);
    CHECK(f[12].scale == 8);
    CHECK(f[13].integer == -99999);
    CHECK(f[14].text() == "seller's");
    CHECK(f[15].text() == "closed");
    CHECK(f[16].type == field_type::json);
    CHECK(f[16].text() == R"({"a": 1})");
    CHECK(f[17].is_null());
    CHECK(f[24].type == field_type::boolean);
    CHECK(f[27].type == field_type::text);
    CHECK(f[27].size == 0);
    CHECK(f[32].is_null());
}

TEST_CASE("a value that is no enumerator is refused, naming the column and not the value",
          "[mapping][encode]") {
    sample s;
    s.o_phase = static_cast<app::phase>(77);
    parameters p;
    try {
        encode_insert<sample>(&s, clock_says, {}, p);
        FAIL("encoded");
    } catch (const hawser::error& e) {
        CHECK(e.kind() == hawser::errc::out_of_range);
        CHECK(e.info().columns == std::vector<std::string>{"o_phase"});
        CHECK_THAT(e.what(), support::contains_text("column o_phase"));
        CHECK_THAT(e.what(), !support::contains_text("77"));
    }
    CHECK_THROWS_AS((col<&sample::phase> == static_cast<app::phase>(0)).bind(p), hawser::error);
}

TEST_CASE("a key is the member's type, or a tuple of the members' types", "[mapping][encode]") {
    STATIC_REQUIRE(std::is_same_v<hawser::key_of_t<account>, std::int64_t>);
    STATIC_REQUIRE(std::is_same_v<hawser::key_of_t<ticket>, std::int32_t>);
    STATIC_REQUIRE(std::is_same_v<hawser::key_of_t<venue>, std::string>);
    STATIC_REQUIRE(std::is_same_v<hawser::key_of_t<holding>, std::tuple<std::int64_t, std::string>>);
}
