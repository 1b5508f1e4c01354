#include "forms.hpp"
#include <pgwire/codec/boolean.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("a boolean is one byte and one letter", "[pgwire][codec]") {
    check_forms(bool_codec, "t", "01");
    check_forms(bool_codec, "f", "00");
    check_whole(bool_codec, "01");
}

TEST_CASE("a boolean is read from the words that the server reads", "[pgwire][codec]") {
    for (const char* text : {"true", "TRUE", "tru", "t", "yes", "Y", "on", "1", "  true\n"})
        check_read(bool_codec, text, "01");
    for (const char* text : {"false", "F", "fals", "no", "N", "off", "of", "0", " f "})
        check_read(bool_codec, text, "00");
    for (const char* text : {"", " ", "o", "2", "01", "truer", "tr ue", "yess", "null"})
        check_no_text(bool_codec, text);
}

TEST_CASE("any byte but zero is true, as it is for the server", "[pgwire][codec]") {
    bool v = false;
    CHECK(decode_bool("\x7f", v));
    CHECK(v);
    output out;
    encode_bool(out, true);
    encode_bool(out, false);
    CHECK(hex(out.view()) == "0100");
}
