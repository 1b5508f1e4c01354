#include "forms.hpp"
#include <pgwire/codec/positions.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("a tid is a block and a row", "[pgwire][codec]") {
    check_forms(tid_codec, "(0,1)", "000000000001");
    check_forms(tid_codec, "(4294967295,65535)", "ffffffffffff");
    for (const char* text : {"", "()", "(0,)", "(,1)", "(0)", "0,1", "(0,1", "0,1)", "(4294967296,1)",
                             "(0,65536)", "(-1,1)", "(0,1,2)", "(a,1)"})
        check_no_text(tid_codec, text);
    check_whole(tid_codec, "000000000001");
}

TEST_CASE("a pg_lsn is two halves in hex", "[pgwire][codec]") {
    check_forms(pg_lsn_codec, "0/0", "0000000000000000");
    check_forms(pg_lsn_codec, "16/B374D848", "00000016b374d848");
    check_forms(pg_lsn_codec, "FFFFFFFF/FFFFFFFF", "ffffffffffffffff");
    check_read(pg_lsn_codec, "16/b374d848", "00000016b374d848");
    check_read(pg_lsn_codec, "00000016/00000001", "0000001600000001");
    for (const char* text :
         {"", "/", "16", "16/", "/16", "123456789/0", "0/123456789", "g/0", "0/-1", " 0/0", "0/0/0"})
        check_no_text(pg_lsn_codec, text);
    check_whole(pg_lsn_codec, "00000016b374d848");
}
