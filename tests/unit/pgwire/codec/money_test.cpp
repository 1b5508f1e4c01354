#include "forms.hpp"
#include <pgwire/codec/money.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("money is cents, and dollars as text", "[pgwire][codec]") {
    check_forms(money_codec, "$0.00", "0000000000000000");
    check_forms(money_codec, "$0.05", "0000000000000005");
    check_forms(money_codec, "-$0.50", "ffffffffffffffce");
    check_forms(money_codec, "$1,234.56", "000000000001e240");
    check_forms(money_codec, "$999.99", "000000000001869f");
    check_forms(money_codec, "$1,000,000.00", "0000000005f5e100");
    check_forms(money_codec, "$92,233,720,368,547,758.07", "7fffffffffffffff");
    check_forms(money_codec, "-$92,233,720,368,547,758.08", "8000000000000000");
    check_whole(money_codec, "000000000001e240");
}

TEST_CASE("money is read without its ornaments", "[pgwire][codec]") {
    for (const char* text : {"1234.56", "$1234.56", "+1234.56", " 1,234.56 "})
        check_read(money_codec, text, "000000000001e240");
    check_read(money_codec, "12", "00000000000004b0");
    check_read(money_codec, "12.5", "00000000000004e2");
    check_read(money_codec, "12.", "00000000000004b0");
    check_read(money_codec, "$.5", "0000000000000032");
    check_read(money_codec, "-12", "fffffffffffffb50");
    check_read(money_codec, "($12.00)", "fffffffffffffb50");
    for (const char* text : {"", "$", "-", "()", "(1", "1)", ".", ",5", "1.234", "1.2.3", "1 2", "EUR 1",
                             "--1", "1,2x", "$92,233,720,368,547,758.08", "-$92,233,720,368,547,758.09",
                             "99999999999999999999", "9999999999999999999999"})
        check_no_text(money_codec, text);
}
