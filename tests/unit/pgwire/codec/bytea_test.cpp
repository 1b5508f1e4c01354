#include "forms.hpp"
#include <pgwire/codec/bytea.hpp>

using namespace hawser::pgwire;
using namespace forms;
using namespace std::string_view_literals;

TEST_CASE("bytes are hex digits as text", "[pgwire][codec]") {
    check_forms(bytea_codec, "\\x", "");
    check_forms(bytea_codec, "\\x00", "00");
    check_forms(bytea_codec, "\\x00ff10ab", "00ff10ab");
}

TEST_CASE("bytes are read from hex digits with white space between them", "[pgwire][codec]") {
    check_read(bytea_codec, "\\xABcd", "abcd");
    check_read(bytea_codec, "\\x ab\tcd\n", "abcd");
    for (const char* text : {"\\xa", "\\xabc", "\\xg0", "\\xa b", "\\x\\x", "\\xab-cd"})
        check_no_text(bytea_codec, text);
    check_no_text(bytea_codec, "\\x00\0"sv);
}

TEST_CASE("bytes are read from the escape form", "[pgwire][codec]") {
    check_read(bytea_codec, "", "");
    check_read(bytea_codec, "abc", "616263");
    check_read(bytea_codec, "a\\\\b", "615c62");
    check_read(bytea_codec, "\\000\\377x\\101", "00ff7841");
    check_read(bytea_codec, "\\\\x41", "5c783431");
    check_read(bytea_codec, "\\X", refused);
    for (const char* text : {"\\", "a\\", "\\1", "\\12", "\\400", "\\18a", "\\\\\\", "\\n"})
        check_no_text(bytea_codec, text);
    check_no_text(bytea_codec, "a\0b"sv);
}
