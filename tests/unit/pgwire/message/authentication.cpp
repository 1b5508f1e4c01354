#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/authentication.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace hawser::pgwire;
using support::shown;
using support::wire;

using request = authentication::request;

TEST_CASE("AuthenticationOk and the methods without data are numbers alone", "[pgwire][message]") {
    const auto [number, what] = GENERATE(table<const char*, request>({
        {"00000000", request::ok},
        {"00000002", request::kerberos_v5},
        {"00000003", request::cleartext_password},
        {"00000006", request::scm_credential},
        {"00000007", request::gss},
        {"00000009", request::sspi},
    }));
    const std::string body = wire("[" + std::string(number) + "]");
    authentication message;
    REQUIRE(read(body, message));
    CHECK(static_cast<char>(message.type) == 'R');
    CHECK(message.what == what);
    CHECK(message.data.empty());
    CHECK(support::other_lengths<authentication>(body).empty());
}

TEST_CASE("AuthenticationMD5Password has four bytes of salt", "[pgwire][message]") {
    const std::string body = wire("[00000005 01020300]");
    authentication message;
    REQUIRE(read(body, message));
    CHECK(message.what == request::md5_password);
    CHECK(shown(message.data) == "[01020300]");
    CHECK(support::other_lengths<authentication>(body).empty());
}

TEST_CASE("AuthenticationSASL lists mechanisms up to an empty name", "[pgwire][message]") {
    const std::string body = wire("[0000000a]SCRAM-SHA-256-PLUS[00]SCRAM-SHA-256[00 00]");
    authentication message;
    REQUIRE(read(body, message));
    CHECK(message.what == request::sasl);
    std::vector<std::string_view> names;
    for (const std::string_view name : message.mechanisms) names.push_back(name);
    CHECK(names == std::vector<std::string_view>{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"});
    CHECK(support::other_lengths<authentication>(body).empty());
}

TEST_CASE("AuthenticationSASL may list nothing", "[pgwire][message]") {
    authentication message;
    REQUIRE(read(wire("[0000000a 00]"), message));
    CHECK(message.mechanisms.empty());
    CHECK_FALSE(support::is_read<authentication>(wire("[0000000a 00 00]")));
    CHECK_FALSE(support::is_read<authentication>(wire("[0000000a]")));
}

TEST_CASE("Authentication data are what is left", "[pgwire][message]") {
    const auto [number, what] = GENERATE(table<const char*, request>({
        {"00000008", request::gss_continue},
        {"0000000b", request::sasl_continue},
        {"0000000c", request::sasl_final},
    }));
    authentication message;
    const std::string body = wire("[" + std::string(number) + "]r=a,s=b[00]");
    REQUIRE(read(body, message));
    CHECK(message.what == what);
    CHECK(shown(message.data) == "r=a,s=b[00]");
    CHECK(support::other_lengths<authentication>(body).front() == 4); // it may be empty
    CHECK_FALSE(support::is_read<authentication>(body.substr(0, 3)));
}

TEST_CASE("Authentication by a method that is not known keeps its number", "[pgwire][message]") {
    const std::string body = wire("[0000002a]abc");
    authentication message;
    REQUIRE(read(body, message));
    CHECK(static_cast<int>(message.what) == 42);
    CHECK(message.data == "abc");
}
