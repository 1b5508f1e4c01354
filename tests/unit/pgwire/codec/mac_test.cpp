#include "forms.hpp"
#include <pgwire/codec/mac.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("a macaddr is six bytes", "[pgwire][codec]") {
    check_forms(macaddr_codec, "08:00:2b:01:02:03", "08002b010203");
    check_whole(macaddr_codec, "08002b010203");
    for (const char* text : {"08-00-2b-01-02-03", "08002b:010203", "08002b-010203", "0800.2b01.0203",
                             "0800-2b01-0203", "08002b010203", "08:00:2B:01:02:03", " 08002b010203 "})
        check_read(macaddr_codec, text, "08002b010203");
    for (const char* text :
         {"", "08:00:2b:01:02", "08:00:2b:01:02:03:04", "08:00:2b:01:02:03:", ":08:00:2b:01:02:03",
          "08:00:2b-01:02:03", "08:002b010203", "08.00.2b.01.02.03", "0800:2b01:0203", "08002b.010203",
          "08:00:2b:01:02:0g", "08002b01020", "08::002b010203", "0 8002b010203"})
        check_no_text(macaddr_codec, text);
}

TEST_CASE("a macaddr8 is eight bytes, and read from six", "[pgwire][codec]") {
    check_forms(macaddr8_codec, "08:00:2b:01:02:03:04:05", "08002b0102030405");
    check_whole(macaddr8_codec, "08002b0102030405");
    for (const char* text : {"08-00-2b-01-02-03-04-05", "08002b:0102030405", "08002b-0102030405",
                             "0800.2b01.0203.0405", "0800-2b01-0203-0405", "08002b01:02030405",
                             "08002b0102030405", "08:00:2B:01:02:03:04:05", "\t08002b0102030405\n"})
        check_read(macaddr8_codec, text, "08002b0102030405");
    check_read(macaddr8_codec, "08:00:2b:01:02:03", "08002bfffe010203");
    check_read(macaddr8_codec, "0800.2b01.0203", "08002bfffe010203");
    for (const char* text :
         {"", "08002b01020304", "08002b010203040506", "08:00-2b:01:02:03:04:05",
          "08:00:2b:01:02:03:04:05:", "08:00:2b:01:02:03:04:0", "0g002b0102030405", "08::002b0102030405"})
        check_no_text(macaddr8_codec, text);
}
