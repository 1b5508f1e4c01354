#include "forms.hpp"
#include <pgwire/codec/text.hpp>

using namespace hawser::pgwire;
using namespace forms;
using namespace std::string_view_literals;

TEST_CASE("texts are their own binary form", "[pgwire][codec]") {
    check_forms(text_codec, "", "");
    check_forms(text_codec, "abc", "616263");
    check_forms(text_codec, " a\nb ", "20610a6220");
    check_forms(text_codec, "\xc3\xa9", "c3a9");
}

TEST_CASE("a text holds no zero byte", "[pgwire][codec]") {
    check_no_text(text_codec, "\0"sv);
    check_no_text(text_codec, "ab\0c"sv);
    check_no_text(name_codec, "ab\0"sv);
    check_no_text(char_codec, "\0"sv);
    check_no_binary(text_codec, "610062");
    check_no_binary(name_codec, "00");
}

TEST_CASE("a name has at most 63 bytes", "[pgwire][codec]") {
    const std::string longest(63, 'n');
    check_forms(name_codec, "pg_class", "70675f636c617373");
    check_forms(name_codec, "", "");
    check_forms(name_codec, longest, hex(longest));
    check_no_text(name_codec, longest + "n");
    check_no_binary(name_codec, hex(longest + "n"));
}

TEST_CASE("a \"char\" is one byte, none of text for zero", "[pgwire][codec]") {
    check_forms(char_codec, "r", "72");
    check_forms(char_codec, "", "00");
    check_forms(char_codec, "\\", "5c");
    check_forms(char_codec, "\\377", "ff");
    check_forms(char_codec, "\\200", "80");
    check_read(char_codec, "\\101", "41");
    check_read(char_codec, "\xff", "ff"); // as servers before 15 show it
    check_no_text(char_codec, "ab");
    check_no_text(char_codec, "\\400");
    check_no_text(char_codec, "\\37");
    check_no_text(char_codec, "\\3777");
    check_whole(char_codec, "72");
}

TEST_CASE("void is nothing in both forms", "[pgwire][codec]") {
    check_forms(void_codec, "", "");
    check_no_text(void_codec, " ");
    check_no_binary(void_codec, "00");
}
