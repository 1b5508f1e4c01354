#include "support/catch.hpp"
#include "pgwire/auth/policy.hpp"

using namespace hawser::pgwire;

TEST_CASE("all methods are allowed unless one is taken away, and none but that", "[pgwire][auth]") {
    const auto method =
        GENERATE(auth_method::none, auth_method::password, auth_method::md5, auth_method::scram_sha_256);
    CHECK(auth_policy{}.allows(method));
    CHECK(auth_policy{.none = false}.allows(method) == (method != auth_method::none));
    CHECK(auth_policy{.password = false}.allows(method) == (method != auth_method::password));
    CHECK(auth_policy{.md5 = false}.allows(method) == (method != auth_method::md5));
    CHECK(auth_policy{.scram_sha_256 = false}.allows(method) == (method != auth_method::scram_sha_256));
}

TEST_CASE("passwords do not go in the clear unless that is said", "[pgwire][auth]") {
    CHECK_FALSE(auth_policy{}.password_in_the_clear);
}

TEST_CASE("methods have the names of libpq's require_auth", "[pgwire][auth]") {
    CHECK(to_string(auth_method::none) == "none");
    CHECK(to_string(auth_method::password) == "password");
    CHECK(to_string(auth_method::md5) == "md5");
    CHECK(to_string(auth_method::scram_sha_256) == "scram-sha-256");
}
