#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/function_call.hpp>
#include <hawser/core/error.hpp>
#include <optional>
#include <string_view>
#include <vector>

using namespace hawser::pgwire;
using support::shown;
using support::spelled;

using values = std::vector<std::optional<std::string_view>>;

TEST_CASE("FunctionCall holds the function, formats, arguments and the format of the result",
          "[pgwire][message]") {
    output out;
    const values arguments{"7", std::nullopt};
    write_function_call(out, 1598, std::vector{format::text, format::binary}, arguments, format::binary);
    CHECK(shown(out) == spelled("F[0000001b 0000063e]"
                                "[0002 0000 0001]"
                                "[0002 00000001]7[ffffffff]"
                                "[0001]"));
}

TEST_CASE("FunctionCall may have no arguments", "[pgwire][message]") {
    output out;
    write_function_call(out, 1, {}, {}, format::text);
    CHECK(shown(out) == spelled("F[0000000e 00000001 0000 0000 0000]"));
}

TEST_CASE("FunctionCall refuses more than 65,535 arguments", "[pgwire][message]") {
    output out;
    CHECK_THROWS_WITH(write_function_call(out, 1, {}, values(65'536), format::text),
                      support::contains_text("at most 65535 arguments, not 65536"));
}
