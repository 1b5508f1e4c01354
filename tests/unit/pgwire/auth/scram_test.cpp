#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <limits>
#include "pgwire/auth/scram.hpp"
#include <string>
#include <string_view>
#include <utility>

using hawser::pgwire::scram_client;
using hawser::pgwire::scram_limits;
using outcome = scram_client::outcome;
using binding = scram_client::binding;

namespace {

const std::string nonce = "fyko+d2lbbFgONRv9qkxdawL";
const std::string server_nonce = nonce + "3rfcNHYJY1ZVvWVs7j";
const std::string salt = "c2l4dGVlbiBieXRlcyAuLg==";
const std::string server_first = "r=" + server_nonce + ",s=" + salt + ",i=4096";
const std::string server_final = "v=OgreJiLMMB1+vsOcRaV8dIT9KYXBuPJFCWSnkjnBpPA=";

scram_client begun(scram_limits limits = {}) {
    scram_client client({.nonce = nonce, .limits = limits});
    (void)client.first();
    return client;
}

outcome answer(scram_client& client, std::string_view message) {
    std::string out = "nothing";
    const outcome how = client.answer(message, "pencil", out);
    if (how != outcome::more) {
        CHECK(out == "nothing");
        CHECK_FALSE(client.why().empty());
    }
    return how;
}

scram_client answered() {
    scram_client client = begun();
    REQUIRE(answer(client, server_first) == outcome::more);
    return client;
}

} // namespace

TEST_CASE("the conversation of RFC 7677 is spoken to the byte", "[pgwire][auth]") {
    scram_client client({.nonce = "rOprNGfwEbeRWgbNEkqO", .user = "user"});
    CHECK(client.first() == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    std::string out;
    CHECK(client.answer(
              "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
              "pencil", out) == outcome::more);
    CHECK(out == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                 "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    CHECK(client.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") == outcome::verified);
    CHECK(client.why().empty());
}

TEST_CASE("the header says what the proof is bound to", "[pgwire][auth]") {
    struct expected {
        binding bound;
        std::string first, answer, last;
    };
    // Made with Python's hashlib and hmac.
    const auto e = GENERATE(
        expected{
            binding::none, "n,,n=,r=" + nonce,
            "c=biws,r=" + server_nonce + ",p=B0h8ziPv7wTCL2r0v2d+ZNMqoe3lOaItTkBa57BDZNM=", server_final},
        expected{binding::not_offered, "y,,n=,r=" + nonce,
                 "c=eSws,r=" + server_nonce + ",p=0xDPHJvOyl9zjCFWhPTKeQ73CiMaTBP0xRqRdiy9d68=",
                 "v=R7zG3iQMRYq0OyckhG3wVNGRPLAP7Eu60EzzKO5ygwA="},
        expected{binding::tls_end_point, "p=tls-server-end-point,,n=,r=" + nonce,
                 "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,r=" +
                     server_nonce + ",p=MHdQ8Q88yzfb1glL9Mmt0fUuP1J9s/EIs0Jya5761iQ=",
                 "v=nkJZyjdqqyCq63GIM4e4ZSSj5OTYT/eACiCaY4p8iV0="});
    std::string certificate;
    for (int i = 0; i < 32; ++i) certificate += static_cast<char>(i);
    scram_client client({.nonce = nonce, .bound = e.bound, .bound_to = certificate});
    CHECK(client.first() == e.first);
    std::string out;
    CHECK(client.answer(server_first, "pencil", out) == outcome::more);
    CHECK(out == e.answer);
    CHECK(client.verify(e.last) == outcome::verified);
}

TEST_CASE("passwords are prepared before they are hashed", "[pgwire][auth]") {
    scram_client client = begun();
    std::string out;
    CHECK(client.answer("r=" + server_nonce + ",s=" + salt + ",i=2", "\xe2\x85\xa8", out) ==
          outcome::more); // IX
    CHECK(out == "c=biws,r=" + server_nonce + ",p=3hzCfz2qPQIXbaFf5HFOb3RIJ1MPK+xR1U/hwek+BAA=");
    CHECK(client.verify("v=I0TGQXvGDiuPKMsGdtxKoBcklyOreRf5UidGFFvW4jk=") == outcome::verified);
}

TEST_CASE("commas and equals signs of a user's name are escaped", "[pgwire][auth]") {
    scram_client client({.nonce = nonce, .user = "a,b=c"});
    CHECK(client.first() == "n,,n=a=2Cb=3Dc,r=" + nonce);
}

TEST_CASE("a conversation does not begin without a nonce, nor without what it is bound to",
          "[pgwire][auth]") {
    const std::string bad = GENERATE(as<std::string>{}, "", "a,b", "a b", "a\x01", "a\x7f", "a\xc3\xa4");
    scram_client without({.nonce = bad});
    CHECK_THROWS_AS(without.first(), hawser::error);
    scram_client unbound({.nonce = nonce, .bound = binding::tls_end_point});
    CHECK_THROWS_AS(unbound.first(), hawser::error);
}

TEST_CASE("extensions that may be passed over are", "[pgwire][auth]") {
    scram_client client = begun();
    CHECK(answer(client, server_first + ",x=anything,Y=z") == outcome::more);
}

TEST_CASE("a first message that is none of SCRAM is refused", "[pgwire][auth]") {
    const std::string r = "r=" + server_nonce;
    const std::string s = "s=" + salt;
    const std::string message = GENERATE_COPY(
        as<std::string>{}, "", ",", "r", "r=", "=", r, r + ",", r + "," + s, r + "," + s + ",",
        r + "," + s + ",i", s + ",i=4096", r + ",i=4096", r + ",i=4096," + s, s + "," + r + ",i=4096",
        "i=4096," + r + "," + s, r + "," + r + "," + s + ",i=4096", r + "," + s + "," + s + ",i=4096",
        r + ",," + s + ",i=4096", "," + r + "," + s + ",i=4096", server_first + ",", server_first + ",,",
        server_first + ",x", server_first + ",x=", server_first + ",1=x", server_first + ",=x",
        server_first + " ",
        "m=must," + server_first, // an extension that may not be passed over
        server_first + ",m=must", //
        "R=" + server_nonce + "," + s + ",i=4096", std::string(100'000, 'r'), std::string("\0\0\0", 3));
    scram_client client = begun();
    CHECK(answer(client, message) == outcome::malformed);
    CHECK(answer(client, server_first) == outcome::malformed); // and it stays so
}

TEST_CASE("the server's nonce has to continue ours", "[pgwire][auth]") {
    const std::string theirs =
        GENERATE_COPY(as<std::string>{}, nonce, nonce.substr(0, 10), "x" + server_nonce,
                      "Fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j", "", nonce + " x", nonce + "\x7f",
                      nonce + "\xc3\xa4", nonce + '\0');
    scram_client client = begun();
    CHECK(answer(client, "r=" + theirs + ",s=" + salt + ",i=4096") == outcome::malformed);
}

TEST_CASE("the server's salt is base64 of one byte or more", "[pgwire][auth]") {
    const std::string text = GENERATE(as<std::string>{}, "", "=", "A", "AAA", "AA=A", "AB==", "c2l4dGVlbi,",
                                      "c2l\n", "c2l-", "c2l4dGVlbiBieXRlcyAuLg==AAAA");
    scram_client client = begun();
    CHECK(answer(client, "r=" + server_nonce + ",s=" + text + ",i=4096") == outcome::malformed);
}

TEST_CASE("iterations are a positive number of digits", "[pgwire][auth]") {
    const std::string text = GENERATE(as<std::string>{}, "", "0", "00", "-1", "+4096", "04096", " 4096",
                                      "4096 ", "0x1000", "4e3", "4096.0", "many");
    scram_client client = begun();
    CHECK(answer(client, "r=" + server_nonce + ",s=" + salt + ",i=" + text) == outcome::malformed);
}

TEST_CASE("no server makes us work longer than the limits say", "[pgwire][auth]") {
    const std::string text =
        GENERATE(as<std::string>{}, "1000001", "2147483647", "2147483648", "4294967295", "4294967296",
                 "4294967297", "18446744073709551617", "99999999999999999999999999999999");
    scram_client client = begun();
    CHECK(answer(client, "r=" + server_nonce + ",s=" + salt + ",i=" + text) == outcome::excessive);
}

TEST_CASE("limits are met to the number", "[pgwire][auth]") {
    const std::string before = "r=" + server_nonce + ",s=" + salt;
    const auto with = [&](scram_limits limits, const std::string& message) {
        scram_client client = begun(limits);
        return answer(client, message);
    };
    CHECK(with({.most_iterations = 10}, before + ",i=10") == outcome::more);
    CHECK(with({.most_iterations = 10}, before + ",i=11") == outcome::excessive);
    CHECK(with({.least_iterations = 10}, before + ",i=10") == outcome::more);
    CHECK(with({.least_iterations = 10}, before + ",i=9") == outcome::excessive);
    CHECK(with({.longest_salt = 16}, before + ",i=1") == outcome::more);
    CHECK(with({.longest_salt = 15}, before + ",i=1") == outcome::excessive);
    CHECK(with({.longest_salt = 1}, "r=" + server_nonce + ",s=" + std::string(400'000, 'A') + ",i=1") ==
          outcome::excessive);
    CHECK(with({.longest_nonce = server_nonce.size()}, before + ",i=1") == outcome::more);
    CHECK(with({.longest_nonce = server_nonce.size() - 1}, before + ",i=1") == outcome::excessive);
}

TEST_CASE("a server that signs wrongly does not know the password", "[pgwire][auth]") {
    scram_client client = answered();
    SECTION("another signature") {
        CHECK(client.verify("v=PgreJiLMMB1+vsOcRaV8dIT9KYXBuPJFCWSnkjnBpPA=") == outcome::impostor);
    }
    SECTION("the front of the right one") {
        CHECK(client.verify("v=OgreJiLMMB1+vsOcRaV8dIT9KYXBuPJFCWSnkjnBpP==") == outcome::malformed);
        client = answered();
        CHECK(client.verify("v=OgreJiLMMB1+vsOcRaV8dIT9KYXBuPJFCWSnkjnB") == outcome::impostor);
    }
    SECTION("the right one and more") {
        CHECK(client.verify("v=OgreJiLMMB1+vsOcRaV8dIT9KYXBuPJFCWSnkjnBpPAA") == outcome::impostor);
    }
    SECTION("none") {
        CHECK(client.verify("v=") == outcome::impostor);
    }
    CHECK_FALSE(client.why().empty());
    CHECK(client.verify(server_final) == outcome::malformed); // no second try
}

TEST_CASE("a last message that is none of SCRAM is refused", "[pgwire][auth]") {
    const std::string message = GENERATE_COPY(
        as<std::string>{}, "", "v", "v=A", "x=" + server_final.substr(2), "V=" + server_final.substr(2),
        server_final + ",", server_final + ",m=x", "x=y," + server_final, "," + server_final,
        server_final + "\n", "v=" + std::string(100'000, 'A'), server_first);
    scram_client client = answered();
    CHECK(client.verify(message) == outcome::malformed);
}

TEST_CASE("the server's refusal is told by RFC 5802's name, never by words of its own", "[pgwire][auth]") {
    scram_client first = begun();
    CHECK(answer(first, "e=no-resources") == outcome::refused);
    CHECK(first.why() == "no-resources");
    scram_client last = answered();
    CHECK(last.verify("e=invalid-proof") == outcome::refused);
    CHECK(last.why() == "invalid-proof");
    scram_client other = answered();
    CHECK(other.verify("e=\x1b[31mcall 0190 for a new password") == outcome::refused);
    CHECK(other.why() == "other-error");
}

TEST_CASE("messages out of order are refused", "[pgwire][auth]") {
    SECTION("an answer before the beginning") {
        scram_client client({.nonce = nonce});
        CHECK(answer(client, server_first) == outcome::malformed);
    }
    SECTION("a signature before the answer: that of the empty text would be right otherwise") {
        scram_client client = begun();
        CHECK(client.verify("v=") == outcome::malformed);
    }
    SECTION("two answers") {
        scram_client client = answered();
        CHECK(answer(client, server_first) == outcome::malformed);
        CHECK(client.verify(server_final) == outcome::malformed);
    }
    SECTION("two signatures") {
        scram_client client = answered();
        CHECK(client.verify(server_final) == outcome::verified);
        CHECK(client.verify(server_final) == outcome::malformed);
    }
    SECTION("two beginnings") {
        scram_client client = begun();
        CHECK_THROWS_AS(client.first(), hawser::error);
    }
}
