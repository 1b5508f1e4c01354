// Logging in by hawser::open: by each of the server's methods, by a socket and by tcp, and where it fails.
#include "fixture.hpp"
#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"

using namespace market;
using hawser::errc;
using support::fake_server;
using support::postgres_cluster;
using support::dialogue;
using by = postgres_cluster::by;

namespace {

const std::vector<std::string> methods{"local all hawser trust",
                                       "local all postgres trust",
                                       "local all by_trust trust",
                                       "local all by_password password",
                                       "local all by_md5 md5",
                                       "local all by_scram scram-sha-256",
                                       "host all by_trust 127.0.0.1/32 trust",
                                       "host all by_password 127.0.0.1/32 password",
                                       "host all by_md5 127.0.0.1/32 md5",
                                       "host all by_scram 127.0.0.1/32 scram-sha-256"};

void make_roles(const postgres_cluster& cluster) {
    auto admin = cluster.admin();
    admin.exec("create role by_trust login");
    admin.exec("create role by_password login password 'pencil'");
    admin.exec("create role by_scram login password 'pencil'");
    admin.exec("set password_encryption = md5; create role by_md5 login password 'pencil'");
}

// Who the server takes us for.
std::string who(const std::string& url, const hawser::open_options& options = {}) {
    std::string user;
    auto main = [&]() -> task<> {
        const hawser::database db = co_await hawser::open(url, options);
        user = co_await db.query_one<std::string, "select current_user::text">();
        co_await db.close();
    };
    hawser::run(main());
    return user;
}

hawser::error failure_of(const std::string& url, const hawser::open_options& options = {}) {
    try {
        who(url, options);
    } catch (const hawser::error& e) { return e; }
    throw std::logic_error("it was opened");
}

} // namespace

TEST_CASE("a database is opened by every method of the server's, and by none with a wrong password",
          "[postgres]") {
    NEED_POSTGRES();
    postgres_cluster cluster({.hba = methods});
    make_roles(cluster);
    hawser::open_options in_the_clear;
    in_the_clear.postgres.allow_cleartext_password = true;
    for (const by way : {by::socket, by::tcp}) {
        const auto url = [&](const std::string& user, const std::string& password) {
            return cluster.address("postgres", way, user, password).url();
        };
        INFO((way == by::tcp ? "by tcp" : "by the socket"));
        CHECK(who(url("by_trust", {})) == "by_trust");
        CHECK(who(url("by_md5", "pencil")) == "by_md5");
        CHECK(who(url("by_scram", "pencil")) == "by_scram");
        CHECK(who(url("by_password", "pencil"), in_the_clear) == "by_password");
        for (const char* user : {"by_password", "by_md5", "by_scram"}) {
            INFO(user);
            const auto e = failure_of(url(user, "pencik"), in_the_clear);
            CHECK(e.kind() == errc::permission_denied);
            CHECK(e.info().sqlstate == "28P01");
            const std::string place = way == by::tcp ? "127.0.0.1:" + std::to_string(cluster.port())
                                                     : cluster.address("postgres").host + "/.s.PGSQL.";
            CHECK_THAT(e.message(), support::contains_text(place));
            CHECK(e.message().find("pencik") == std::string::npos);
            CHECK(std::string(e.what()).find("pencik") == std::string::npos);
        }
        for (const char* user : {"by_password", "by_md5", "by_scram"}) {
            INFO(user);
            const auto e = failure_of(url(user, {}), in_the_clear);
            CHECK(e.kind() == errc::permission_denied);
            CHECK_THAT(e.message(), support::contains_text("password"));
        }
    }
}

TEST_CASE("a password goes in the clear by a socket, and by tcp only where that is allowed", "[postgres]") {
    NEED_POSTGRES();
    postgres_cluster cluster({.hba = methods});
    make_roles(cluster);
    CHECK(who(cluster.address("postgres", by::socket, "by_password", "pencil").url()) == "by_password");
    const auto e = failure_of(cluster.address("postgres", by::tcp, "by_password", "pencil").url());
    CHECK(e.kind() == errc::permission_denied);
    CHECK_THAT(e.message(), support::contains_text("127.0.0.1:" + std::to_string(cluster.port())));
    CHECK_THAT(e.message(), support::contains_text("the password as it is"));
}

TEST_CASE("only those logins are taken that the URL asks for", "[postgres]") {
    NEED_POSTGRES();
    postgres_cluster cluster({.hba = methods});
    make_roles(cluster);
    const auto url = [&](const std::string& user, const std::string& method) {
        const std::string plain = cluster.address("postgres", by::tcp, user, "pencil").url();
        return plain + (plain.find('?') == std::string::npos ? "?" : "&") + "require_auth=" + method;
    };
    CHECK(who(url("by_scram", "scram-sha-256")) == "by_scram");
    for (const char* user : {"by_md5", "by_trust"}) {
        INFO(user);
        CHECK(failure_of(url(user, "scram-sha-256")).kind() == errc::permission_denied);
    }
    CHECK(failure_of(url("by_scram", "md5")).kind() == errc::permission_denied);
}

TEST_CASE("a server that says nothing is given up after connect_timeout, and named", "[postgres]") {
    const auto how = GENERATE(fake_server::listens::socket, fake_server::listens::tcp);
    fake_server server(dialogue().accept().expect_message(0).expect_end(), how);
    hawser::open_options options;
    options.postgres.connect_timeout = std::chrono::milliseconds(150);
    const auto e = failure_of(server.url(), options);
    CHECK(e.kind() == errc::connect_failed);
    CHECK_THAT(e.message(), support::contains_text("no session within 150 ms"));
    const std::string place = how == fake_server::listens::tcp ? "127.0.0.1:" + std::to_string(server.port())
                                                               : server.host() + "/.s.PGSQL.";
    CHECK_THAT(e.message(), support::contains_text("cannot connect to " + place));
    server.finish(); // its connection was closed
}

TEST_CASE("a server that asks for a password and says nothing more is given up as well", "[postgres]") {
    fake_server server(dialogue()
                           .accept()
                           .expect_message(0)
                           .answer(support::pg::authentication_md5("salt"))
                           .expect_message('p')
                           .expect_end());
    hawser::open_options options;
    options.postgres.connect_timeout = std::chrono::milliseconds(150);
    std::string url = server.url();
    url.insert(url.find("hawser") + 6, ":pencil");
    const auto e = failure_of(url, options);
    CHECK(e.kind() == errc::connect_failed);
    CHECK_THAT(e.message(), support::contains_text("no session within 150 ms"));
    server.finish();
}

TEST_CASE("a server that closes in the middle of the login is named with that", "[postgres]") {
    fake_server server(dialogue().accept().expect_message(0).close());
    const auto e = failure_of(server.url());
    CHECK(e.kind() == errc::connect_failed);
    CHECK_THAT(e.message(), support::contains_text("cannot connect to " + server.host()));
    server.finish();
}
