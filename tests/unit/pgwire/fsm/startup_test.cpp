#include "support/catch.hpp"
#include "support/postgres_bytes.hpp"
#include "support/wire_script.hpp"
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <hawser/core/errc.hpp>
#include <pgwire/fsm/startup.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace hawser::pgwire;
using hawser::errc;
using step = startup::step;
using support::wire_script;
namespace pg = support::pg;

namespace {

// In the clear, within this machine.
const startup_settings nearby{
    .user = "trader", .database = "market", .wanted = tls_mode::prefer, .local = true, .nonce = [] {
        return std::string("fyko+d2lbbFgONRv9qkxdawL");
    }};

startup_settings with_password(startup_settings s = nearby) {
    s.password = "pencil";
    return s;
}
startup_settings within_tls(startup_settings s = with_password()) {
    s.wanted = tls_mode::require;
    s.local = false;
    s.tls = true;
    return s;
}
const std::string& certificate() {
    static const std::string digest = [] {
        std::string bytes;
        for (int i = 0; i < 32; ++i) bytes += static_cast<char>(i);
        return bytes;
    }();
    return digest;
}

const std::string hello = pg::startup({{"user", "trader"},
                                       {"database", "market"},
                                       {"client_encoding", "UTF8"},
                                       {"TimeZone", "UTC"},
                                       {"DateStyle", "ISO"}});

// A conversation of SCRAM; the digests are made with Python's hashlib and hmac.
const std::string server_first =
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=c2l4dGVlbiBieXRlcyAuLg==,i=1";
struct scram_words {
    std::string mechanism, first, answer, last;
};
const scram_words unbound{"SCRAM-SHA-256", "n,,n=,r=fyko+d2lbbFgONRv9qkxdawL",
                          "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                          "p=07U25IvGaCiaQBri6h+EG8CXyZxsjXiS94zhcWvLmX0=",
                          "v=xCmLHiZurUbSgw8FmXDe/s0G4ALsgPF+Ob7IBaIQiec="};
const scram_words not_offered{"SCRAM-SHA-256", "y,,n=,r=fyko+d2lbbFgONRv9qkxdawL",
                              "c=eSws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                              "p=JF9NLxYfPgWkAyQMYaHvMYs0G94cEqxS569Rtloi+VU=",
                              "v=sh6R7R/sERTwaZcKq5xvRgWyigjm2RPpjlbWItjldFY="};
const scram_words bound{
    "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=fyko+d2lbbFgONRv9qkxdawL",
    "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,"
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v9Kd8gikxT3vvfWilCKfwruWSDIo/p2Gsx/OQYOtCjY=",
    "v=+SIc18wvQiN8UKYTA8wdBTzxCzYXdM89NuzuxZ6xdZU="};

wire_script scram(const scram_words& words, const pg::names& offered, const std::string& between = {}) {
    wire_script script;
    script.sends(hello).hears(between + pg::authentication_sasl(offered));
    script.sends(pg::sasl_initial(words.mechanism, words.first))
        .hears(between + pg::authentication_sasl_continue(server_first));
    script.sends(pg::sasl_response(words.answer))
        .hears(between + pg::authentication_sasl_final(words.last) + between + pg::welcome());
    return script;
}

// Whatever was said before: the connection ends, which a later try may do better.
const auto lost = [](const startup& machine) {
    CHECK(machine.failure().kind == errc::connect_failed);
    CHECK(machine.failure().temporary);
    CHECK(machine.failure().message.starts_with("the server closed the connection"));
};

void succeeds(const wire_script& script, const startup_settings& settings, auth_method method,
              bool is_bound = false) {
    script.replay([&] { return startup(settings); },
                  [&](const startup& machine, step last) {
                      CHECK(machine.failure().message == "");
                      CHECK(last == step::done);
                      CHECK(machine.method() == method);
                      CHECK(machine.bound() == is_bound);
                      CHECK(machine.process() == 4711);
                      CHECK(machine.key() == pg::int4(1234));
                      CHECK(machine.reported().find("server_version") == "15.0");
                      CHECK(machine.reported().server_version() == 150000);
                  },
                  lost);
}

startup_failure failure_of(const wire_script& script, const startup_settings& settings) {
    startup_failure failure;
    script.replay([&] { return startup(settings); },
                  [&](const startup& machine, step last) {
                      CHECK(last == step::failed);
                      CHECK_FALSE(machine.failure().message.empty());
                      CHECK_FALSE(machine.failure().message.starts_with("the server closed"));
                      failure = machine.failure();
                  },
                  lost);
    return failure;
}

// Fails before a byte is sent.
startup_failure refused(const startup_settings& settings) {
    startup machine(settings);
    output out;
    CHECK(machine.begin(out) == step::failed);
    CHECK(out.empty());
    return machine.failure();
}

wire_script after_hello(const std::string& bytes) {
    return wire_script().sends(hello).hears(bytes);
}

// In its welcome the server reports the setting with another value; empty: not at all.
std::string welcome_with(const std::string& name, const std::string& value) {
    std::string bytes = pg::authentication_ok();
    for (const auto& [known, usual] : pg::settings{{"client_encoding", "UTF8"},
                                                   {"integer_datetimes", "on"},
                                                   {"standard_conforming_strings", "on"},
                                                   {"TimeZone", "UTC"}}) {
        if (known != name)
            bytes += pg::parameter_status(known, usual);
        else if (!value.empty())
            bytes += pg::parameter_status(known, value);
    }
    return bytes + pg::ready();
}

} // namespace

// --- who we are ---

TEST_CASE("a server that asks for nothing is taken at its word", "[pgwire][startup]") {
    succeeds(after_hello(pg::welcome()), nearby, auth_method::none);
    succeeds(after_hello(pg::welcome()), with_password(), auth_method::none);
}

TEST_CASE("a password goes as it is over TLS", "[pgwire][startup]") {
    succeeds(after_hello(pg::authentication_cleartext()).sends(pg::password("pencil")).hears(pg::welcome()),
             within_tls(), auth_method::password);
}

TEST_CASE("a password goes as it is without TLS only where that is allowed", "[pgwire][startup]") {
    startup_settings s = with_password();
    const startup_failure f = failure_of(after_hello(pg::authentication_cleartext()), s);
    CHECK(f.kind == errc::permission_denied);
    CHECK_FALSE(f.temporary);
    CHECK(f.message == "the server asks for the password as it is, and the connection is not encrypted");
    s.policy.password_in_the_clear = true;
    succeeds(after_hello(pg::authentication_cleartext()).sends(pg::password("pencil")).hears(pg::welcome()),
             s, auth_method::password);
}

TEST_CASE("an MD5 password answers the server's salt", "[pgwire][startup]") {
    succeeds(after_hello(pg::authentication_md5("\1\2\3\4"))
                 .sends(pg::password("md53f388d7eeae20461cf16fabdc4165206"))
                 .hears(pg::welcome()),
             with_password(), auth_method::md5);
}

TEST_CASE("SCRAM without TLS is bound to nothing", "[pgwire][startup]") {
    succeeds(scram(unbound, {"SCRAM-SHA-256"}), with_password(), auth_method::scram_sha_256);
    succeeds(scram(unbound, {"OTHER", "SCRAM-SHA-256", "SCRAM-SHA-1"}), with_password(),
             auth_method::scram_sha_256);
}

TEST_CASE("SCRAM over TLS is bound to the certificate where the server offers it", "[pgwire][startup]") {
    startup_settings s = within_tls();
    s.end_point = certificate();
    succeeds(scram(bound, {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}), s, auth_method::scram_sha_256, true);
    succeeds(scram(bound, {"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}), s, auth_method::scram_sha_256, true);
    succeeds(scram(not_offered, {"SCRAM-SHA-256"}), s, auth_method::scram_sha_256);
    s.policy.binding = channel_binding::require;
    succeeds(scram(bound, {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}), s, auth_method::scram_sha_256, true);
    s.policy.binding = channel_binding::disable;
    succeeds(scram(unbound, {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}), s, auth_method::scram_sha_256);
}

TEST_CASE("SCRAM over TLS is not bound to a certificate without a digest", "[pgwire][startup]") {
    succeeds(scram(unbound, {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}), within_tls(),
             auth_method::scram_sha_256);
    const startup_failure f =
        failure_of(after_hello(pg::authentication_sasl({"SCRAM-SHA-256-PLUS"})), within_tls());
    CHECK(f.kind == errc::unsupported);
}

TEST_CASE("notices and settings may come between any two messages", "[pgwire][startup]") {
    succeeds(
        scram(unbound, {"SCRAM-SHA-256"},
              pg::notice("01000", "be warned", "WARNING") + pg::parameter_status("application_name", "x")),
        with_password(), auth_method::scram_sha_256);
}

// --- what is not taken ---

TEST_CASE("a method that is not allowed is refused before anything is answered", "[pgwire][startup]") {
    startup_settings s = within_tls();
    std::string asked;
    std::string name;
    SECTION("none") {
        s.policy.none = false;
        asked = pg::authentication_ok();
        name = "none";
    }
    SECTION("password") {
        s.policy.password = false;
        s.policy.password_in_the_clear = true;
        asked = pg::authentication_cleartext();
        name = "password";
    }
    SECTION("md5") {
        s.policy.md5 = false;
        asked = pg::authentication_md5("salt");
        name = "md5";
    }
    SECTION("scram-sha-256") {
        s.policy.scram_sha_256 = false;
        asked = pg::authentication_sasl({"SCRAM-SHA-256"});
        name = "scram-sha-256";
    }
    const startup_failure f = failure_of(after_hello(asked), s);
    CHECK(f.kind == errc::permission_denied);
    CHECK_FALSE(f.temporary);
    CHECK(f.message ==
          "the server asks for the authentication method \"" + name + "\", which is not allowed");
}

TEST_CASE("required channel binding takes no other method, and no server without it", "[pgwire][startup]") {
    startup_settings s = within_tls();
    s.policy.binding = channel_binding::require;
    s.end_point = certificate();
    const std::string asked =
        GENERATE(pg::authentication_ok(), pg::authentication_cleartext(), pg::authentication_md5("salt"),
                 pg::authentication_sasl({"SCRAM-SHA-256"}));
    CHECK(failure_of(after_hello(asked), s).kind == errc::permission_denied);
    const startup_settings without_digest = [&] {
        startup_settings t = s;
        t.end_point = {};
        return t;
    }();
    CHECK(failure_of(after_hello(pg::authentication_sasl({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"})),
                     without_digest)
              .kind == errc::permission_denied);
}

TEST_CASE("SCRAM-SHA-256-PLUS over a connection without TLS has somebody in between", "[pgwire][startup]") {
    const startup_failure f = failure_of(
        after_hello(pg::authentication_sasl({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"})), with_password());
    CHECK(f.kind == errc::permission_denied);
}

TEST_CASE("a server that asks for a password gets none where there is none", "[pgwire][startup]") {
    startup_settings s = nearby;
    s.policy.password_in_the_clear = true;
    const std::string asked = GENERATE(pg::authentication_cleartext(), pg::authentication_md5("salt"),
                                       pg::authentication_sasl({"SCRAM-SHA-256"}));
    const startup_failure f = failure_of(after_hello(asked), s);
    CHECK(f.kind == errc::permission_denied);
    CHECK(f.message == "the server asks for a password, and none was given");
}

TEST_CASE("methods that are not known here are named", "[pgwire][startup]") {
    const auto [number, name] =
        GENERATE(table<std::int32_t, std::string>({{2, "Kerberos V5"},
                                                   {6, "SCM credentials"},
                                                   {7, "GSSAPI"},
                                                   {9, "SSPI"},
                                                   {4711, "an authentication method"}}));
    const startup_failure f = failure_of(after_hello(pg::authentication(number)), with_password());
    CHECK(f.kind == errc::unsupported);
    CHECK(f.message.find("asks for " + name) != std::string::npos);
}

TEST_CASE("SASL without a mechanism that is known here is refused", "[pgwire][startup]") {
    const pg::names offered =
        GENERATE(pg::names{}, pg::names{"SCRAM-SHA-1"}, pg::names{"scram-sha-256", "OAUTHBEARER"});
    CHECK(failure_of(after_hello(pg::authentication_sasl(offered)), with_password()).kind ==
          errc::unsupported);
}

// --- who the server is ---

TEST_CASE("a server that does not prove itself is refused, once SCRAM has begun", "[pgwire][startup]") {
    wire_script script;
    script.sends(hello).hears(pg::authentication_sasl({"SCRAM-SHA-256"}));
    script.sends(pg::sasl_initial(unbound.mechanism, unbound.first));
    errc kind = errc::permission_denied;
    SECTION("it is content with our name") {
        script.hears(pg::welcome());
    }
    SECTION("it is content with our proof") {
        script.hears(pg::authentication_sasl_continue(server_first));
        script.sends(pg::sasl_response(unbound.answer)).hears(pg::welcome());
    }
    SECTION("it signs wrongly") {
        script.hears(pg::authentication_sasl_continue(server_first));
        script.sends(pg::sasl_response(unbound.answer))
            .hears(pg::authentication_sasl_final(bound.last) + pg::welcome());
    }
    SECTION("it says that it cannot") {
        script.hears(pg::authentication_sasl_continue(server_first));
        script.sends(pg::sasl_response(unbound.answer)).hears(pg::authentication_sasl_final("e=other-error"));
    }
    SECTION("it asks for a million rounds and one") {
        script.hears(pg::authentication_sasl_continue(server_first + "000001"));
    }
    SECTION("it signs before it was asked to") {
        script.hears(pg::authentication_sasl_final(unbound.last));
        kind = errc::connect_failed;
    }
    SECTION("it asks for the password instead") {
        script.hears(pg::authentication_cleartext());
        kind = errc::connect_failed;
    }
    SECTION("it asks for a weaker digest instead") {
        script.hears(pg::authentication_sasl_continue(server_first));
        script.sends(pg::sasl_response(unbound.answer)).hears(pg::authentication_md5("salt"));
        kind = errc::connect_failed;
    }
    SECTION("it begins again") {
        script.hears(pg::authentication_sasl({"SCRAM-SHA-256"}));
        kind = errc::connect_failed;
    }
    SECTION("it is ready") {
        script.hears(pg::ready());
        kind = errc::connect_failed;
    }
    SECTION("it talks of something else") {
        script.hears(pg::authentication_sasl_continue("r=another,s=c2l4,i=4096"));
        kind = errc::connect_failed;
    }
    startup machine(with_password());
    CHECK(script.run_some(machine) == step::failed);
    CHECK(machine.failure().kind == kind);
    CHECK_FALSE(machine.failure().temporary);
}

TEST_CASE("a proof is asked for once", "[pgwire][startup]") {
    const std::string again = GENERATE(pg::authentication_cleartext(), pg::authentication_md5("salt"),
                                       pg::authentication_sasl({"SCRAM-SHA-256"}));
    const auto script = after_hello(pg::authentication_md5("\1\2\3\4"))
                            .sends(pg::password("md53f388d7eeae20461cf16fabdc4165206"))
                            .hears(again);
    CHECK(failure_of(script, with_password()).kind == errc::connect_failed);
    CHECK(failure_of(after_hello(pg::authentication_ok() + again), with_password()).kind ==
          errc::connect_failed);
}

// --- what the server says no to ---

TEST_CASE("a server's refusal says what kind of failure it is", "[pgwire][startup]") {
    struct refusal {
        std::string sqlstate;
        errc kind;
        bool temporary;
    };
    const auto r =
        GENERATE(refusal{"28P01", errc::permission_denied, false}, // the password is wrong
                 refusal{"28000", errc::permission_denied, false}, // no line of pg_hba.conf, no such role
                 refusal{"42501", errc::permission_denied, false}, // no right to connect
                 refusal{"3D000", errc::connect_failed, false},    // no such database
                 refusal{"53300", errc::connect_failed, true},     // too many connections
                 refusal{"57P03", errc::connect_failed, true},     // the server starts
                 refusal{"57P01", errc::connect_failed, true},     // it stops
                 refusal{"0A000", errc::connect_failed, false},    // another protocol
                 refusal{"08P01", errc::connect_failed, false});
    const std::string no = pg::error(r.sqlstate, "no\nway", "FATAL");
    const auto check = [&](const wire_script& script) {
        const startup_failure f = failure_of(script, with_password());
        CHECK(f.kind == r.kind);
        CHECK(f.sqlstate == r.sqlstate);
        CHECK(f.temporary == r.temporary);
        CHECK(f.message == "the server refuses the connection: no way");
    };
    check(after_hello(no));
    check(after_hello(pg::authentication_ok() + pg::usual_parameters() + no));
    check(after_hello(pg::authentication_md5("\1\2\3\4"))
              .sends(pg::password("md53f388d7eeae20461cf16fabdc4165206"))
              .hears(no));
    wire_script script;
    script.sends(hello).hears(pg::authentication_sasl({"SCRAM-SHA-256"}));
    script.sends(pg::sasl_initial(unbound.mechanism, unbound.first))
        .hears(pg::authentication_sasl_continue(server_first));
    check(script.sends(pg::sasl_response(unbound.answer)).hears(no));
}

TEST_CASE("a refusal does not hold the password, nor what is not fit for a log", "[pgwire][startup]") {
    const startup_failure f = failure_of(
        after_hello(
            pg::error({{'S', "FATAL"}, {'C', "28\x1b[1m-longer"}, {'M', "\x1b[31mno\xff"}, {'D', "pencil"}})),
        with_password());
    CHECK(f.message == "the server refuses the connection: ?[31mno?");
    CHECK(f.sqlstate == "28?[1..");
}

// --- the session ---

TEST_CASE("a session that would read values otherwise than we is refused", "[pgwire][startup]") {
    const auto [name, value] =
        GENERATE(table<std::string, std::string>({{"client_encoding", "SQL_ASCII"},
                                                  {"integer_datetimes", "off"},
                                                  {"standard_conforming_strings", "off"},
                                                  {"TimeZone", "Europe/Berlin"}}));
    const startup_failure other = failure_of(after_hello(welcome_with(name, value)), nearby);
    CHECK(other.kind == errc::unsupported);
    CHECK(other.message.find(name + " \"" + value + "\"") != std::string::npos);
    const startup_failure missing = failure_of(after_hello(welcome_with(name, "")), nearby);
    CHECK(missing.kind == errc::unsupported);
    CHECK(missing.message == "the server does not say what " + name + " is");
}

TEST_CASE("a session may have no key, and then nothing can be cancelled", "[pgwire][startup]") {
    after_hello(welcome_with("", ""))
        .replay([] { return startup(nearby); },
                [](const startup& machine, step last) {
                    CHECK(last == step::done);
                    CHECK(machine.process() == 0);
                    CHECK(machine.key().empty());
                },
                lost);
}

TEST_CASE("a session that begins within a transaction is refused", "[pgwire][startup]") {
    const char status = GENERATE('T', 'E', 'x');
    std::string bytes = pg::welcome();
    bytes.back() = status;
    CHECK(failure_of(after_hello(bytes), nearby).kind == errc::connect_failed);
}

TEST_CASE("the session's settings are ours, unless the caller has others", "[pgwire][startup]") {
    startup_settings s = nearby;
    s.application_name = "desk";
    s.database = {};
    const std::array parameters{startup_parameter{"timezone", "Europe/Berlin"},
                                startup_parameter{"search_path", "q"}};
    s.parameters = parameters;
    wire_script script;
    script
        .sends(pg::startup({{"user", "trader"},
                            {"application_name", "desk"},
                            {"client_encoding", "UTF8"},
                            {"DateStyle", "ISO"},
                            {"timezone", "Europe/Berlin"},
                            {"search_path", "q"}}))
        .hears(welcome_with("TimeZone", "Europe/Berlin"));
    startup machine(s);
    CHECK(script.run(machine) == step::done);
}

TEST_CASE("settings that cannot be sent are refused before a byte is", "[pgwire][startup]") {
    startup_settings s = nearby;
    SECTION("no user") {
        s.user = {};
    }
    SECTION("a zero in a name") {
        s.user = std::string_view("tra\0der", 7);
    }
    SECTION("a zero in a value") {
        s.application_name = std::string_view("\0", 1);
    }
    CHECK(refused(s).kind == errc::misuse);
}

TEST_CASE("what is no setting of the caller's is refused before a byte is sent", "[pgwire][startup]") {
    const std::string name = GENERATE(as<std::string>{}, "client_encoding", "CLIENT_ENCODING", "user",
                                      "database", "replication", "_pq_.something", "");
    const std::array parameters{startup_parameter{name, "x"}};
    startup_settings s = nearby;
    s.parameters = parameters;
    CHECK(refused(s).kind == errc::misuse);
}

TEST_CASE("more settings than a server reads are refused before a byte is sent", "[pgwire][startup]") {
    const std::string longest(10'000, 'x');
    startup_settings s = nearby;
    s.application_name = longest;
    CHECK(refused(s).kind == errc::out_of_range);
}

// --- TLS, which is not there yet ---

TEST_CASE("a connection that has to have TLS is refused before a byte is sent", "[pgwire][startup]") {
    const tls_mode wanted = GENERATE(tls_mode::require, tls_mode::verify_ca, tls_mode::verify_full);
    startup_settings s = nearby;
    s.wanted = wanted;
    s.local = GENERATE(false, true);
    const startup_failure f = refused(s);
    CHECK(f.kind == errc::unsupported);
    CHECK(f.message.starts_with("sslmode=" + std::string(to_string(wanted)) + ": TLS is not supported yet"));
}

TEST_CASE("what may have TLS goes in the clear within this machine alone", "[pgwire][startup]") {
    startup_settings s = nearby;
    s.wanted = GENERATE(tls_mode::allow, tls_mode::prefer);
    s.local = false;
    CHECK(refused(s).kind == errc::unsupported);
    s.local = true;
    succeeds(after_hello(pg::welcome()), s, auth_method::none);
}

TEST_CASE("what is said to go in the clear does", "[pgwire][startup]") {
    startup_settings s = nearby;
    s.wanted = tls_mode::disable;
    s.local = false;
    succeeds(after_hello(pg::welcome()), s, auth_method::none);
}

TEST_CASE("without a word of it TLS is required beyond this machine", "[pgwire][startup]") {
    CHECK(usual_tls_mode(true) == tls_mode::prefer);
    CHECK(usual_tls_mode(false) == tls_mode::require);
    CHECK(refused({.user = "trader"}).kind == errc::unsupported);
    CHECK(to_string(tls_mode::verify_full) == "verify-full");
}

// --- a server that is none ---

TEST_CASE("the protocol's version may be negotiated once, and only to ours", "[pgwire][startup]") {
    const std::string three = pg::message('v', pg::int4(3 << 16) + pg::int4(0));
    succeeds(after_hello(three + pg::welcome()), nearby, auth_method::none);
    succeeds(after_hello(pg::message('v', pg::int4(0) + pg::int4(0)) + pg::welcome()), nearby,
             auth_method::none);
    CHECK(failure_of(after_hello(three + three), nearby).kind == errc::connect_failed);
    CHECK(failure_of(after_hello(pg::authentication_ok() + three), nearby).kind == errc::connect_failed);
    CHECK(failure_of(after_hello(pg::message('v', pg::int4(4 << 16) + pg::int4(0))), nearby).kind ==
          errc::unsupported);
    CHECK(
        failure_of(after_hello(pg::message('v', pg::int4(3 << 16) + pg::int4(1) + std::string("_pq_.x", 7))),
                   nearby)
            .kind == errc::unsupported);
}

TEST_CASE("messages that cannot come are refused at each place", "[pgwire][startup]") {
    struct place {
        std::string before;
        std::string allowed; // types
    };
    const auto at = GENERATE(place{"", "RENSv"}, place{pg::authentication_ok(), "RENSKZ"},
                             place{pg::authentication_ok() + pg::backend_key(1, 2), "RENSZ"});
    for (int type = 1; type < 256; ++type) {
        const auto letter = static_cast<char>(type);
        if (at.allowed.find(letter) != std::string::npos) continue;
        INFO("type " << type);
        startup machine(nearby);
        CHECK(after_hello(at.before + pg::message(letter, std::string(8, '\0'))).run(machine) ==
              step::failed);
        CHECK(machine.failure().kind == errc::connect_failed);
        CHECK(machine.failure().message == "the server sends a message out of order during its start-up");
    }
    const std::string twice = pg::authentication_ok() + pg::authentication_ok();
    CHECK(failure_of(after_hello(twice), nearby).kind == errc::connect_failed);
}

TEST_CASE("malformed messages are refused", "[pgwire][startup]") {
    const std::string message = GENERATE(
        pg::message('R', ""), pg::message('R', "\0\0\0"), pg::message('R', pg::int4(0) + "x"),
        pg::message('R', pg::int4(5) + "abc"), pg::message('R', pg::int4(5) + "abcde"),
        pg::message('R', pg::int4(10) + "SCRAM-SHA-256"), pg::message('S', ""), pg::message('S', "name"),
        pg::message('S', std::string("name\0value", 10)), pg::message('N', "M"), pg::message('E', ""),
        pg::message('E', "Mno"), pg::message('v', ""), pg::message('v', pg::int4(3 << 16) + pg::int4(-1)),
        pg::message('v', pg::int4(3 << 16) + pg::int4(0x7fffffff)));
    const startup_failure f = failure_of(after_hello(message), with_password());
    CHECK(f.kind == errc::connect_failed);
    CHECK(f.message == "the server sends a malformed message during its start-up");
    const std::string later = GENERATE(pg::message('K', pg::int4(1)), pg::message('K', ""),
                                       pg::message('Z', ""), pg::message('Z', "II"), pg::message('Z', "i"));
    CHECK(failure_of(after_hello(pg::authentication_ok() + later), nearby).kind == errc::connect_failed);
}

TEST_CASE("what does not speak the protocol is told so", "[pgwire][startup]") {
    // a web server; a PostgreSQL that cannot make a process, in the words of protocol 2; lengths that cannot be
    const std::string bytes = GENERATE(as<std::string>{}, "HTTP/1.1 400 Bad Request\r\n\r\n",
                                       "Ecould not fork new process for connection: no memory\n",
                                       std::string("R\0\0\0\3xxx", 8), std::string("R\xff\xff\xff\xff", 5));
    startup machine(nearby);
    CHECK(after_hello(bytes).run_some(machine) == step::failed);
    CHECK(machine.failure().kind == errc::connect_failed);
}

TEST_CASE("a server that never comes to an end is left", "[pgwire][startup]") {
    const std::string endless =
        GENERATE(pg::notice("00000", "and so on"), pg::parameter_status("application_name", "x"),
                 pg::parameter_status("x", std::string(60'000, 'x')));
    std::string bytes;
    while (bytes.size() <= startup::most_bytes) bytes += endless;
    startup machine(nearby);
    CHECK(after_hello(bytes).run_some(machine) == step::failed);
    CHECK(machine.failure().message == "the server does not come to an end of its start-up");
}

TEST_CASE("a server that reports settings without number is left", "[pgwire][startup]") {
    std::string bytes;
    for (int i = 0; bytes.size() < startup::most_bytes; ++i)
        bytes += pg::parameter_status("x" + std::to_string(i), std::string(1000, 'x'));
    startup machine(nearby);
    CHECK(after_hello(bytes).run_some(machine) == step::failed);
    CHECK(machine.failure().message == "the server reports more settings than there can be");
}

// --- the machine itself ---

TEST_CASE("a password that was written is not in the buffer any more", "[pgwire][startup]") {
    startup machine(within_tls());
    output out;
    REQUIRE(machine.begin(out) == step::write);
    machine.written(out);
    const std::string asked = pg::authentication_cleartext();
    REQUIRE(machine.take({'R', std::string_view(asked).substr(5)}, out) == step::write);
    const std::string_view memory = out.view(); // which the buffer keeps
    CHECK(memory.find("pencil") != std::string_view::npos);
    machine.written(out);
    CHECK(out.empty());
    CHECK(memory.find("pencil") == std::string_view::npos);
}

TEST_CASE("a password that cannot be sent is a failure", "[pgwire][startup]") {
    startup_settings s = within_tls();
    s.password = std::string_view("pen\0cil", 7);
    const startup_failure f = failure_of(after_hello(pg::authentication_cleartext()), s);
    CHECK(f.kind == errc::misuse);
    CHECK(f.message.find("pen") == std::string::npos);
}

TEST_CASE("what has failed or has not begun takes nothing", "[pgwire][startup]") {
    output out;
    startup unbegun(nearby);
    CHECK(unbegun.take({'R', std::string_view("\0\0\0\0", 4)}, out) == step::failed);
    startup machine(nearby);
    REQUIRE(machine.begin(out) == step::write);
    REQUIRE(machine.closed() == step::failed);
    const std::string why = machine.failure().message;
    CHECK(machine.take({'R', std::string_view("\0\0\0\0", 4)}, out) == step::failed);
    CHECK(machine.begin(out) == step::failed);
    CHECK(machine.closed() == step::failed);
    CHECK(machine.broken() == step::failed);
    CHECK(machine.failure().message == why);
}
