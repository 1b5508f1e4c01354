// The code of docs/configuration.md.
#include "fixture.hpp"
#include <cstdlib>

using namespace market;
using namespace std::chrono_literals;

namespace {

task<> of_code() {
    // [code]
    hawser::database db = co_await hawser::open("sqlite:data/trading.db?readers=2");
    hawser::database same = co_await hawser::open("sqlite:data/trading.db", {.sqlite = {.readers = 2}});
    // [/code]
    co_await db.close();
    co_await same.close();
}

task<std::string> of_environment() {
    // [environment]
    const auto config = hawser::config::from_env(); // DATABASE_URL, HAWSER_ENV, .env, ..
    std::string line = to_string(config);           // without secrets
    hawser::database db = co_await hawser::open(config);
    // [/environment]
    co_await db.close();
    co_return line;
}

} // namespace

TEST_CASE("the page of configuration says what works", "[db][config][docs]") {
    support::temporary_folder folder;
    struct restore {
        std::filesystem::path to = std::filesystem::current_path();
        ~restore() {
            std::filesystem::current_path(to);
            ::unsetenv("DATABASE_URL");
        }
    } const guard;
    std::filesystem::current_path(folder.path());
    hawser::run(of_code());
    CHECK(std::filesystem::exists("data/trading.db"));
    ::setenv("DATABASE_URL", "sqlite:data/trading.db?readers=2", 1);
    CHECK(hawser::run(of_environment()) ==
          "sqlite:data/trading.db (log_slow_statements=true, sqlite.readers=2)");
}
