#include "forms.hpp"
#include <pgwire/codec/json.hpp>

using namespace hawser::pgwire;
using namespace forms;
using namespace std::string_view_literals;

TEST_CASE("json is its text", "[pgwire][codec]") {
    check_forms(json_codec, "{\"a\":  1}", "7b2261223a2020317d");
    check_forms(json_codec, "null", "6e756c6c");
    for (const auto text : {""sv, " \n"sv, "1\0"sv}) check_no_text(json_codec, text);
    check_no_binary(json_codec, "");
    check_no_binary(json_codec, "3100");
}

TEST_CASE("jsonb is a version and its text", "[pgwire][codec]") {
    check_forms(jsonb_codec, "{\"a\": 1}", "017b2261223a20317d");
    check_forms(jsonb_codec, "1", "0131");
    check_no_text(jsonb_codec, "");
    check_no_text(jsonb_codec, "\"\0\""sv);
    for (const char* binary : {"", "01", "0120", "0031", "0231", "31", "013100"})
        check_no_binary(jsonb_codec, binary);
    check_forms(jsonpath_codec, "$.\"a\"", "01242e226122");
}

TEST_CASE("a jsonb document lies where it came", "[pgwire][codec]") {
    const std::string binary = bytes("017b7d");
    std::string_view text;
    CHECK(decode_jsonb(binary, text));
    CHECK(text == "{}");
    CHECK(text.data() == binary.data() + 1);
    output out;
    encode_jsonb(out, "{}");
    CHECK(out.view() == binary);
}
