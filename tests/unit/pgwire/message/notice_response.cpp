#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/notice_response.hpp>
#include <string>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("NoticeResponse is told as an error is", "[pgwire][message]") {
    const std::string body = wire("SWARNING[00]VWARNING[00]C25P01[00]Mthere is no transaction[00]L12[00 00]");
    notice_response notice;
    REQUIRE(read(body, notice));
    CHECK(static_cast<char>(notice.type) == 'N');
    CHECK(notice.severity == "WARNING");
    CHECK(notice.sqlstate == "25P01");
    CHECK(notice.message == "there is no transaction");
    CHECK(notice.line == 12);
    CHECK_FALSE(notice.fatal());
    CHECK(support::other_lengths<notice_response>(body).empty());
}
