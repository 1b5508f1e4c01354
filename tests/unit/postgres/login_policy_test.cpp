#include "postgres/login_policy.hpp"
#include "support/catch.hpp"

using hawser::pgwire::auth_method;
using namespace hawser::postgres;

TEST_CASE("every login is taken unless settings say otherwise", "[postgres]") {
    settings s;
    const auto all = login_policy(s, {});
    for (const auto m :
         {auth_method::none, auth_method::password, auth_method::md5, auth_method::scram_sha_256})
        CHECK(all.allows(m));
    CHECK(all.binding == hawser::pgwire::channel_binding::prefer);
    s.logins = {.none = false, .password = false, .md5 = false, .scram_sha_256 = true};
    s.channel_binding = channel_binding_mode::disable;
    const auto one = login_policy(s, {});
    for (const auto m : {auth_method::none, auth_method::password, auth_method::md5})
        CHECK_FALSE(one.allows(m));
    CHECK(one.allows(auth_method::scram_sha_256));
    CHECK(one.binding == hawser::pgwire::channel_binding::disable);
    s.channel_binding = channel_binding_mode::require;
    CHECK(login_policy(s, {}).binding == hawser::pgwire::channel_binding::require);
}

TEST_CASE("a password is said as it is on a unix socket, elsewhere only where that is allowed",
          "[postgres]") {
    settings s;
    endpoint tcp;
    tcp.host = "localhost";
    CHECK(login_policy(s, {}).password_in_the_clear);
    CHECK_FALSE(login_policy(s, tcp).password_in_the_clear);
    s.allow_cleartext_password = true;
    CHECK(login_policy(s, tcp).password_in_the_clear);
}
