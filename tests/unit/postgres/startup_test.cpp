// The start-up of lib/pgwire, against the server's own mind.
#include "support/catch.hpp"
#include "pgwire/auth/saslprep.hpp"
#include "pgwire/auth/stringprep_tables.hpp"
#include "pgwire/fsm/startup.hpp"
#include "support/postgres_cluster.hpp"
#include "support/raw_postgres.hpp"
#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <hawser/core/bytes.hpp>
#include <hawser/core/errc.hpp>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace hawser::pgwire;
using hawser::errc;
using support::postgres_cluster;
using support::raw_postgres;
using by = postgres_cluster::by;

namespace {

const std::vector<std::string> methods{"local all by_trust trust",
                                       "local all by_password password",
                                       "local all by_md5 md5",
                                       "local all hawser trust",
                                       "local all postgres trust",
                                       "local all all scram-sha-256",
                                       "host all by_md5 127.0.0.1/32 md5",
                                       "host all by_password 127.0.0.1/32 password",
                                       "host all by_nobody 127.0.0.1/32 reject",
                                       "host all all 127.0.0.1/32 scram-sha-256"};

startup come_up(const postgres_cluster& cluster, by way, startup_settings s) {
    s.wanted = tls_mode::prefer;
    s.local = true;
    raw_postgres connection = raw_postgres::unstarted(cluster.address("postgres", way));
    startup machine(s);
    output out;
    auto step = machine.begin(out);
    while (step == startup::step::write || step == startup::step::read) {
        if (step == startup::step::write) {
            connection.send(out.view());
            machine.written(out);
        }
        support::postgres_message message;
        try {
            message = connection.receive();
        } catch (const std::exception&) {
            step = machine.closed();
            break;
        }
        step = machine.take({message.type, message.body}, out);
    }
    CHECK((step == startup::step::done) == machine.failure().message.empty());
    return machine;
}

std::string utf8(char32_t code) {
    if (code < 0x80) return {static_cast<char>(code)};
    const auto tail = [code](unsigned shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), tail(0)};
    if (code < 0x10000) return {static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0)};
}

// Becomes a plain space, or nothing, before NFKC.
bool is_mapped(char32_t code) {
    const auto holds = [code](const code_range& range) { return code >= range.first && code <= range.last; };
    return std::any_of(stringprep::other_spaces.begin(), stringprep::other_spaces.end(), holds) ||
           std::any_of(stringprep::mapped_to_nothing.begin(), stringprep::mapped_to_nothing.end(), holds);
}

} // namespace

TEST_CASE("sessions come up by every method of the server's") {
    NEED_POSTGRES();
    postgres_cluster cluster({.hba = methods});
    raw_postgres admin = cluster.admin();
    admin.exec("create role by_trust login");
    admin.exec("create role by_password login password 'pencil'");
    admin.exec("create role by_scram login password 'pencil'");
    admin.exec("create role by_nobody login password 'pencil'");
    admin.exec("create role without_login password 'pencil'");
    admin.exec("set password_encryption = md5");
    admin.exec("create role by_md5 login password 'pencil'");

    const auto outcome = [&](std::string_view user, by way, std::string_view password = "pencil") {
        startup_settings s{
            .user = user, .database = "postgres", .application_name = "desk", .password = password};
        s.policy.password_in_the_clear = true;
        return come_up(cluster, way, s);
    };

    const startup trusted = outcome("by_trust", by::socket, "");
    CHECK(trusted.failure().message == "");
    CHECK(trusted.method() == auth_method::none);
    CHECK(trusted.process() > 0);
    CHECK(trusted.key().size() == 4);
    CHECK(trusted.reported().find("TimeZone") == "UTC");
    CHECK(trusted.reported().find("application_name") == "desk");
    CHECK(trusted.reported().find("session_authorization") == "by_trust");
    CHECK(trusted.reported().server_version() >= 140000);

    for (const by way : {by::socket, by::tcp}) {
        CHECK(outcome("by_password", way).method() == auth_method::password);
        CHECK(outcome("by_md5", way).method() == auth_method::md5);
        CHECK(outcome("by_scram", way).method() == auth_method::scram_sha_256);
        for (const std::string_view user : {"by_password", "by_md5", "by_scram", "no_such_role"}) {
            const startup_failure f = outcome(user, way, "pencik").failure();
            CHECK(f.kind == errc::permission_denied);
            CHECK(f.sqlstate == "28P01");
            CHECK_FALSE(f.temporary);
            CHECK(f.message.find("pencik") == std::string::npos);
        }
    }
    CHECK(outcome("by_nobody", by::tcp).failure().sqlstate == "28000");
    CHECK(outcome("without_login", by::tcp).failure().sqlstate == "28000");
}

TEST_CASE("settings of the role's give way to ours") {
    NEED_POSTGRES();
    postgres_cluster& cluster = postgres_cluster::shared();
    raw_postgres admin = cluster.admin();
    admin.exec(
        "create role far_away login; alter role far_away set timezone = 'Asia/Tokyo';"
        "alter role far_away set datestyle = 'German'; alter role far_away set client_encoding = 'LATIN1'");
    const std::array parameters{startup_parameter{"search_path", "pg_catalog"}};
    const startup session =
        come_up(cluster, by::socket, {.user = "far_away", .database = "postgres", .parameters = parameters});
    admin.exec("drop role far_away");
    CHECK(session.failure().message == "");
    CHECK(session.reported().find("TimeZone") == "UTC");
    CHECK(session.reported().find("client_encoding") == "UTF8");
    CHECK(session.reported().find("DateStyle").value_or("").starts_with("ISO"));
}

TEST_CASE("a server that has no room is worth another try") {
    NEED_POSTGRES();
    postgres_cluster cluster({.connections = 5, .settings = {"superuser_reserved_connections = 3"}});
    const startup_settings s{.user = "hawser", .database = "postgres"};
    raw_postgres first(cluster.address("postgres"));
    raw_postgres second(cluster.address("postgres"));
    const startup_failure full = come_up(cluster, by::socket, s).failure();
    CHECK(full.kind == errc::connect_failed);
    CHECK(full.sqlstate == "53300");
    CHECK(full.temporary);
}

TEST_CASE("a database or a setting that is not there is no matter of permission") {
    NEED_POSTGRES();
    const postgres_cluster& cluster = postgres_cluster::shared();
    const startup_failure none =
        come_up(cluster, by::socket, {.user = "hawser", .database = "no_such"}).failure();
    CHECK(none.kind == errc::connect_failed);
    CHECK(none.sqlstate == "3D000");
    CHECK_FALSE(none.temporary);
    const std::array parameters{startup_parameter{"no_such_setting", "on"}};
    const startup_failure unknown =
        come_up(cluster, by::socket, {.user = "hawser", .database = "postgres", .parameters = parameters})
            .failure();
    CHECK(unknown.kind == errc::connect_failed);
    CHECK(unknown.sqlstate == "42704");
}

TEST_CASE("the server prepares passwords as we do") {
    NEED_POSTGRES();
    postgres_cluster cluster({.hba = {"local all postgres trust", "local all all scram-sha-256"}});
    raw_postgres admin = cluster.admin();
    struct spelling {
        std::string_view stored, typed;
    };
    // What is stored was prepared by the server, what is typed by us. Both alike, but for what SASLprep makes the same.
    constexpr std::array spellings{
        spelling{"pencil", "pencil"},
        spelling{"a\x07 control", "a\x07 control"},
        spelling{"IX", "I\xc2\xadX"},
        spelling{"\xe2\x85\xa8", "IX"},
        spelling{"\xc3\xa4\xc3\xb6", "a\xcc\x88o\xcc\x88"},
        spelling{"q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87"},
        spelling{"two\xc2\xa0words", "two\xe3\x80\x80words"},
        spelling{"a\xe2\x80\x8b"
                 "b",
                 "a b"},
        spelling{"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c"},
        spelling{"\xef\xb7\xba", "\xef\xb7\xba"},
        spelling{"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"},
        spelling{"\xd7\xa9"
                 "a\xe2\x85\xa8",
                 "\xd7\xa9"
                 "a\xe2\x85\xa8"}, // both directions: as it is
        spelling{"\xf0\x9f\x98\x80\xe2\x85\xa8",
                 "\xf0\x9f\x98\x80\xe2\x85\xa8"}, // later than Unicode 3.2: as it is
        spelling{"a\xcd\x80", "a\xcd\x80"},       // prohibited before NFKC alone: as it is
        spelling{"\xee\x80\x80\xe2\x85\xa8", "\xee\x80\x80\xe2\x85\xa8"}, // private use: as it is
        spelling{"\xc2\xad", "\xc2\xad"},                                 // nothing left of it: as it is
        spelling{"\xf0\xaf\xa1\xa8", "\xf0\xaf\xa1\xa8"}}; // U+2F868, whose normal form was corrected
    for (std::size_t i = 0; i < spellings.size(); ++i) {
        const std::string user = "r" + std::to_string(i);
        const std::string stored = hawser::bytes::of(spellings[i].stored).to_hex();
        INFO(user << ' ' << stored);
        admin.exec("do $$begin execute format('create role " + user +
                   " login password %L', convert_from('\\x" + stored + "', 'UTF8')); end$$");
        const auto come = [&](std::string_view password) {
            return come_up(cluster, by::socket, {.user = user, .database = "postgres", .password = password});
        };
        CHECK(come(spellings[i].typed).failure().message == "");
        CHECK(come(spellings[i].stored).failure().message == "");
        CHECK(come(std::string(spellings[i].typed) + "x").failure().sqlstate == "28P01");
    }
}

TEST_CASE("Unicode's form NFKC is the server's, for every character that a password may hold") {
    NEED_POSTGRES();
    raw_postgres look = postgres_cluster::shared().admin();
    std::map<char32_t, std::string> changed;
    for (const auto& row : look.rows("select i, encode(convert_to(normalize(chr(i), NFKC), 'UTF8'), 'hex') "
                                     "from generate_series(1, 1114111) i where i not between 55296 and 57343 "
                                     "and normalize(chr(i), NFKC) <> chr(i)"))
        changed.emplace(static_cast<char32_t>(std::stoul(row[0])), row[1]);
    CHECK(changed.size() > 4000);
    std::size_t seen = 0;
    std::vector<char32_t> different;
    for (char32_t code = 1; code <= 0x10ffff; ++code) {
        if ((code >= 0xd800 && code <= 0xdfff) || is_mapped(code)) continue;
        const std::string text = utf8(code);
        secret_text prepared;
        if (!saslprep(text, prepared)) continue;
        ++seen;
        const auto at = changed.find(code);
        const std::string expected = at == changed.end() ? hawser::bytes::of(text).to_hex() : at->second;
        if (hawser::bytes::of(view(prepared)).to_hex() != expected) different.push_back(code);
    }
    CHECK(different == std::vector<char32_t>());
    CHECK(seen > 90'000);
}

TEST_CASE("marks, syllables and ligatures are put in the server's order") {
    NEED_POSTGRES();
    raw_postgres look = postgres_cluster::shared().admin();
    constexpr std::array<std::pair<char32_t, char32_t>, 9> blocks{{{0x41, 0x7a},
                                                                   {0xc0, 0x17f},
                                                                   {0x300, 0x33f},
                                                                   {0x345, 0x345},
                                                                   {0x591, 0x5a1},
                                                                   {0x1100, 0x1112},
                                                                   {0x1161, 0x1175},
                                                                   {0x11a8, 0x11c2},
                                                                   {0x1e00, 0x1e9b}}};
    std::mt19937 random(4013);
    std::vector<std::string> sources;
    std::string list;
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (std::size_t n = 1 + random() % 6; n > 0; --n) {
            const auto& [first, last] = blocks[random() % blocks.size()];
            text += utf8(first + static_cast<char32_t>(random() % (last - first + 1)));
        }
        sources.push_back(text);
        list += (i == 0 ? "" : ",") + hawser::bytes::of(text).to_hex();
    }
    const auto normal =
        look.rows("select encode(convert_to(normalize(convert_from(decode(h, 'hex'), 'UTF8'), NFKC), "
                  "'UTF8'), 'hex') from unnest('{" +
                  list + "}'::text[]) with ordinality t (h, n) order by n");
    REQUIRE(normal.size() == sources.size());
    std::size_t seen = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        secret_text prepared;
        if (!saslprep(sources[i], prepared)) continue;
        ++seen;
        CHECK(hawser::bytes::of(view(prepared)).to_hex() == normal[i][0]);
    }
    CHECK(seen > 2000);
}
