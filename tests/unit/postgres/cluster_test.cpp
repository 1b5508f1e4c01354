#include "support/catch.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_cluster.hpp"
#include "support/temporary_folder.hpp"
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ; // NOLINT

using support::fresh_database;
using support::postgres_cluster;
using support::postgres_failure;
using support::raw_postgres;
namespace fs = std::filesystem;

namespace {

constexpr const char* told = "HAWSER_TEST_TELLS_ITS_SERVER";

template <class Condition>
bool comes_true(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return condition();
}

std::string sqlstate_of(const support::postgres_address& where) {
    try {
        const raw_postgres in(where);
    } catch (const postgres_failure& e) { return e.sqlstate(); }
    return "none";
}

} // namespace

TEST_CASE("each test has an empty database of its own") {
    NEED_POSTGRES();
    std::string first;
    {
        const fresh_database db;
        first = db.name();
        raw_postgres look = db.look();
        look.exec("create table t (n int); insert into t values (1), (2)");
        CHECK(look.integer("select count(*) from t") == 2);
        CHECK(look.text("select current_user") == "hawser");
    }
    const fresh_database other;
    CHECK(other.name() != first);
    CHECK(other.look().integer("select count(*) from pg_class where relname = 't'") == 0);
    auto admin = other.cluster().admin();
    CHECK(admin.integer("select count(*) from pg_database where datname = '" + first + "'") == 0);
}

TEST_CASE("a database is reached by a socket and by tcp, and its superuser by the socket alone") {
    NEED_POSTGRES();
    const fresh_database db;
    using by = fresh_database::by;
    CHECK(raw_postgres(db.address(by::socket)).text("select inet_server_addr()") == "NULL");
    CHECK(raw_postgres(db.address(by::tcp)).text("select host(inet_server_addr())") == "127.0.0.1");
    CHECK(db.url() == "postgres://hawser@/" + db.name() + "?host=" + db.cluster().folder().string() +
                          "&port=" + std::to_string(db.cluster().port()));
    CHECK(db.url(by::tcp) ==
          "postgres://hawser@127.0.0.1:" + std::to_string(db.cluster().port()) + "/" + db.name());
    CHECK(db.cluster().admin().text("select current_setting('is_superuser')") == "on");
    CHECK(sqlstate_of(db.cluster().address("postgres", by::tcp, "postgres")) == "28000");
}

TEST_CASE("the server has the settings that tests rely on") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres look = db.look();
    CHECK(look.text("show timezone") == "UTC");
    CHECK(look.text("show lc_messages") == "C");
    CHECK(look.text("show jit") == "off");
    CHECK(look.text("show server_encoding") == "UTF8");
    CHECK(look.text("show fsync") == "off");
    CHECK(look.integer("show max_connections") == 60);
}

TEST_CASE("a client's backend is ended, and the server is stopped, killed and started again") {
    NEED_POSTGRES();
    postgres_cluster one;
    const fresh_database db(one);
    raw_postgres look = db.look();
    look.exec("create table t (n int); insert into t values (1)");

    SECTION("one backend") {
        one.terminate(look.process());
        CHECK(look.receive().type == 'E');
        CHECK(look.at_end());
        CHECK(one.runs());
    }
    SECTION("all of a database") {
        one.terminate_all(db.name());
        CHECK(field_of(look.receive(), 'C') == "57P01");
    }
    SECTION("stopped") {
        one.stop();
        CHECK_FALSE(one.runs());
        CHECK_THROWS_AS(db.look(), std::runtime_error);
        const auto port = one.port();
        one.start();
        CHECK(one.port() == port);
    }
    SECTION("stopped as by a crash") {
        one.restart(postgres_cluster::stopping::immediate);
    }
    SECTION("killed") {
        one.kill();
        CHECK(look.at_end());
        CHECK_THROWS_AS(db.look(), std::runtime_error);
        one.start();
    }
    CHECK(db.look().integer("select n from t") == 1);
}

TEST_CASE("a frozen backend gives no answer until it is thawed") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres look = db.look(), other = db.look();
    db.cluster().freeze(look.process());
    look.send(support::pg::query("select 2"));
    CHECK(other.integer("select 1") == 1);
    char one = 0;
    CHECK(::recv(look.descriptor(), &one, 1, MSG_PEEK | MSG_DONTWAIT) == -1);
    db.cluster().thaw(look.process());
    CHECK(types_of(look.until_ready()) == "TDCZ");
}

TEST_CASE("a test says who comes in with which password") {
    NEED_POSTGRES();
    postgres_cluster one({.hba = {"host all plain 127.0.0.1/32 password"}});
    one.admin().exec("create role plain login password 'right'");
    using by = postgres_cluster::by;
    CHECK(raw_postgres(one.address("postgres", by::tcp, "plain", "right")).text("select current_user") ==
          "plain");
    CHECK(sqlstate_of(one.address("postgres", by::tcp, "plain", "wrong")) == "28P01");
    one.set_hba({"host all plain 127.0.0.1/32 reject"});
    CHECK(sqlstate_of(one.address("postgres", by::tcp, "plain", "right")) == "28000");
}

TEST_CASE("a durable server syncs, and further settings win") {
    NEED_POSTGRES();
    postgres_cluster one(
        {.durable = true, .connections = 10, .settings = {"work_mem = '5MB'", "timezone = 'Asia/Tokyo'"}});
    auto admin = one.admin();
    CHECK(admin.text("show fsync") == "on");
    CHECK_FALSE(one.folder().native().starts_with("/dev/shm/")); // which no power cut leaves
    CHECK(admin.integer("show max_connections") == 10);
    CHECK(admin.text("show work_mem") == "5MB");
    CHECK(admin.text("show timezone") == "Asia/Tokyo");
}

TEST_CASE("a server that does not start says why") {
    NEED_POSTGRES();
    CHECK_THROWS_WITH(postgres_cluster({.settings = {"work_mem = 'many'"}}),
                      support::contains_text("invalid value for parameter \"work_mem\""));
}

TEST_CASE("holds a server until it is killed", "[.][holder]") {
    const char* file = std::getenv(told);
    if (file == nullptr) return;
    const postgres_cluster one;
    std::ofstream(std::string(file) + ".part") << one.folder().string() << '\n' << one.process() << '\n';
    fs::rename(std::string(file) + ".part", file);
    for (;;) ::pause();
}

TEST_CASE("no server outlives a test program that is killed") {
    NEED_POSTGRES();
    const support::temporary_folder here;
    const std::string file = here.file("told");
    std::string variable = std::string(told) + '=' + file, name = "holder", filter = "[holder]";
    std::vector<char*> environment;
    for (char** v = environ; *v != nullptr; ++v) environment.push_back(*v);
    environment.push_back(variable.data());
    environment.push_back(nullptr);
    std::array<char*, 3> arguments{name.data(), filter.data(), nullptr};
    pid_t child = 0;
    REQUIRE(::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments.data(), environment.data()) ==
            0);
    const bool started = comes_true([&] { return fs::exists(file); });
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    REQUIRE(started);

    std::ifstream in(file);
    std::string folder, server;
    in >> folder >> server;
    REQUIRE(folder.find("hawser-pg-") != std::string::npos);
    CHECK(comes_true([&] { return !fs::exists("/proc/" + server); }));
    CHECK(comes_true([&] { return !fs::exists(folder); }));
}

TEST_CASE("the server inherits no descriptor of the test program") {
    NEED_POSTGRES();
    const support::temporary_folder here;
    const std::string file = here.file("open");
    const std::ofstream held(file); // not marked to be closed
    const postgres_cluster one;
    bool found = false;
    for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(one.process()) + "/fd"))
        found = found || fs::read_symlink(entry.path()) == fs::path(file);
    CHECK_FALSE(found);
}
