#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/bind.hpp>
#include <cstdint>
#include <hawser/core/error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

namespace {

using values = std::vector<std::optional<std::string_view>>;
constexpr format text = format::text;
constexpr format binary = format::binary;

} // namespace

TEST_CASE("Bind holds names, formats, values and the formats of the answer", "[pgwire][message]") {
    output out;
    const values parameters{"42", std::nullopt, ""};
    write_bind(out, "p", "s1", std::vector{binary, text, binary}, parameters, std::vector{binary, text});
    CHECK(shown(out) == spelled("B[00000027]p[00]s1[00]"
                                "[0003 0001 0000 0001]"
                                "[0003 00000002]42[ffffffff 00000000]"
                                "[0002 0001 0000]"));
}

TEST_CASE("Bind of nothing is all empty", "[pgwire][message]") {
    output out;
    write_bind(out, "", "", {}, {}, {});
    CHECK(shown(out) == spelled("B[0000000c 00 00 0000 0000 0000]"));
}

TEST_CASE("Bind takes one format for all", "[pgwire][message]") {
    output out;
    const values parameters{"a", "b"};
    write_bind(out, "", "s", std::vector{binary}, parameters, std::vector{binary});
    CHECK(shown(out) == spelled("B[0000001b 00]s[00 0001 0001 0002 00000001]a[00000001]b[0001 0001]"));
}

TEST_CASE("Bind is the same where its values are written straight into the output", "[pgwire][message]") {
    output whole;
    const values parameters{"42", std::nullopt, ""};
    write_bind(whole, "p", "s1", std::vector{binary}, parameters, std::vector{binary});

    output out;
    const std::size_t mark = begin_bind(out, "p", "s1", std::vector{binary}, 3);
    const std::size_t first = out.open();
    out.bytes("42");
    out.close_value(first);
    out.integer(std::int32_t{-1});
    out.close_value(out.open());
    finish_bind(out, mark, std::vector{binary});
    CHECK(shown(out) == shown(whole));
}

TEST_CASE("Bind may follow other messages in the output", "[pgwire][message]") {
    output out;
    write_bind(out, "", "a", {}, {}, {});
    write_bind(out, "", "b", {}, {}, {});
    CHECK(shown(out) == spelled("B[0000000d 00]a[00 0000 0000 0000]B[0000000d 00]b[00 0000 0000 0000]"));
}

TEST_CASE("Bind has up to 65,535 parameters", "[pgwire][message]") {
    output out;
    const values most(65'535);
    write_bind(out, "", "", {}, most, {});
    CHECK(out.size() == 1 + 4 + 2 + 2 + 2 + 65'535 * 4 + 2);
    CHECK(shown(out.view().substr(0, 15)) == spelled("B[00040008 00 00 0000 ffff ffffffff]"));
}

TEST_CASE("Bind refuses more than 65,535 parameters, and says so", "[pgwire][message]") {
    const values many(65'536);
    const std::vector formats(65'536, binary);
    const auto refused = [](auto&& write) {
        output out;
        try {
            write(out);
        } catch (const hawser::error& e) {
            CHECK(e.kind() == hawser::errc::out_of_range);
            return e.message();
        }
        return std::string("nothing");
    };
    const std::string told = "a message to PostgreSQL has at most 65535 parameters, not 65536";
    CHECK(refused([&](output& out) { write_bind(out, "", "", {}, many, {}); }) == told);
    CHECK(refused([&](output& out) { write_bind(out, "", "", formats, many, {}); }) == told);
    CHECK(refused([&](output& out) { (void)begin_bind(out, "", "", {}, many.size()); }) == told);
    CHECK(refused([&](output& out) { write_bind(out, "", "", {}, {}, formats); }) ==
          "a message to PostgreSQL has at most 65535 columns, not 65536");
}

TEST_CASE("Bind refuses a number of formats that fits no parameters", "[pgwire][message]") {
    output out;
    const values parameters{"a", "b", "c"};
    CHECK_THROWS_WITH(write_bind(out, "", "", std::vector{binary, text}, parameters, {}),
                      support::contains_text("2 formats of 3 parameters: none, one or as many are needed"));
    CHECK_THROWS_AS((void)begin_bind(out, "", "", std::vector{binary, text}, 0), hawser::error);
}

TEST_CASE("Bind refuses a zero in a name", "[pgwire][message]") {
    output out;
    CHECK_THROWS_AS(write_bind(out, std::string_view("a\0", 2), "", {}, {}, {}), hawser::error);
    CHECK_THROWS_AS(write_bind(out, "", std::string_view("\0a", 2), {}, {}, {}), hawser::error);
}
