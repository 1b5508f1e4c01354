#include "fund.hpp"
#include "support/catch.hpp"
#include <filesystem>
#include <hawser/testing.hpp>

namespace testing = hawser::testing;
using fund::account;
using fund::transfer;
using hawser::task;

TEST_CASE("a test's database has the tables of its entities in the order of their references", "[testing]") {
    const auto tables = testing::detail::in_order(testing::detail::described_tables<transfer, account>());
    REQUIRE(tables.size() == 2);
    CHECK(tables[0].table->name == "accounts");
    CHECK(tables[1].table->name == "transfers");

    auto main = []() -> task<> {
        const hawser::database db = co_await testing::memory_database<transfer, account>();
        const auto names =
            co_await db.query<std::string, "select name from sqlite_schema where type = 'table' "
                                           "and name not like 'sqlite%' order by rowid">();
        CHECK(names == std::vector<std::string>{"accounts", "transfers"});
        co_await db.close();
    };
    hawser::run(main());
}

TEST_CASE("each database in memory is one of its own", "[testing]") {
    auto main = []() -> task<> {
        const hawser::database one = co_await testing::memory_database<account>();
        const hawser::database other = co_await testing::memory_database<account>();
        account a = fund::make_account("a");
        co_await hawser::repository<account>{one}.insert(a);
        const bool there = co_await hawser::repository<account>{other}.exists();
        CHECK_FALSE(there);
        co_await one.close();
        co_await other.close();
    };
    hawser::run(main());
}

TEST_CASE("a temporary database is a file that goes with its last handle", "[testing]") {
    std::string path;
    auto main = [&]() -> task<> {
        std::optional<hawser::database> db = co_await testing::temporary_database<account>();
        path = co_await db
                   ->query_one<std::string, "select file from pragma_database_list where name = 'main'">();
        CHECK(std::filesystem::exists(path));
        CHECK(db->describe().reads_beside_writes);
        const hawser::database copy = *db;
        db.reset();
        account a = fund::make_account("a");
        co_await hawser::repository<account>{copy}.insert(a);
        CHECK(std::filesystem::exists(path));
        co_await copy.close();
    };
    hawser::run(main());
    CHECK_FALSE(path.empty());
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK_FALSE(std::filesystem::exists(std::filesystem::path(path).parent_path()));
}

TEST_CASE("entities that reference each other are created as they are given", "[testing]") {
    using testing::detail::described_table;
    static constexpr hawser::table_info a{"a", {}}, b{"b", {}}, c{"c", {}};
    const auto sorted = testing::detail::in_order({{&a, "", {&b}}, {&b, "", {&a, &b}}, {&c, "", {}}});
    REQUIRE(sorted.size() == 3);
    CHECK(sorted[0].table == &c);
    CHECK(sorted[1].table == &a);
    CHECK(sorted[2].table == &b);
}
