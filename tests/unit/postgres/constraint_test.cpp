#include "postgres/constraint.hpp"
#include "support/catch.hpp"
#include <array>

using hawser::constraint_info;
using hawser::constraint_kind;
using hawser::table_info;
using namespace hawser::postgres;

namespace {

using names = std::vector<std::string>;

template <std::size_t N>
std::string automatic(constraint_kind kind, std::string_view table,
                      const std::array<std::string_view, N>& columns) {
    return automatic_name(kind, table, columns);
}

constexpr std::array<std::string_view, 1> id{"id"};
constexpr std::array<std::string_view, 1> symbol{"symbol"};
constexpr std::array<std::string_view, 2> pair{"exchange", "exchange_id"};
constexpr std::array<std::string_view, 1> price{"price"};
constexpr std::array<std::string_view, 1> price2{"price2"};
constexpr std::array<std::string_view, 1> position{"position_id"};

constexpr constraint_info constraints[] = {
    {constraint_kind::primary_key, "trades_pk", id},
    {constraint_kind::unique, "trades_symbol_uq", symbol},
    {constraint_kind::unique, "trades_exchange_uq", pair},
    {constraint_kind::foreign_key, "trades_position_fk", position},
    {constraint_kind::check, "trades_price_positive", price},
    {constraint_kind::check, "trades_price2_positive", price2},
    {constraint_kind::key_range, "trades_id_check", id},
};
constexpr table_info trades{"trades", constraints};

std::string_view declared(std::string_view code, std::string_view name, const names& columns = {},
                          const table_info& table = trades) {
    const constraint_info* const c = declared_constraint(code, name, columns, table);
    return c ? c->name : "none";
}

} // namespace

TEST_CASE("a constraint without a name is called as PostgreSQL would call it", "[postgres]") {
    CHECK(automatic(constraint_kind::primary_key, "trades", id) == "trades_pkey");
    CHECK(automatic(constraint_kind::unique, "trades", symbol) == "trades_symbol_key");
    CHECK(automatic(constraint_kind::unique, "trades", pair) == "trades_exchange_exchange_id_key");
    CHECK(automatic(constraint_kind::foreign_key, "trades", position) == "trades_position_id_fkey");
    CHECK(automatic(constraint_kind::check, "trades", price) == "trades_price_check");
    CHECK(automatic(constraint_kind::check, "trades", pair) == "trades_check");
}

// Made by PostgreSQL 15 of `create table`.
TEST_CASE("names that are too long are cut as the server cuts them", "[postgres]") {
    constexpr std::string_view table = "a_table_with_a_name_that_is_rather_long_for_a_table";
    constexpr std::array<std::string_view, 1> column{"a_column_with_a_name_that_is_rather_long"};
    CHECK(automatic(constraint_kind::unique, table, column) ==
          "a_table_with_a_name_that_is_r_a_column_with_a_name_that_is__key");
    CHECK(automatic(constraint_kind::primary_key, std::string(63, 't'), id) ==
          std::string(58, 't') + "_pkey");
    constexpr std::array<std::string_view, 2> both{"a_column_with_a_name_that_is_rather_long", "x"};
    CHECK(automatic(constraint_kind::foreign_key, table, both) ==
          "a_table_with_a_name_that_is_r_a_column_with_a_name_that_is_fkey");
    const std::string umlauts =
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4z";
    CHECK(automatic(constraint_kind::primary_key, umlauts, id) == umlauts.substr(0, 58) + "_pkey");
    CHECK(automatic(constraint_kind::primary_key, "x" + umlauts, id) ==
          ("x" + umlauts).substr(0, 57) + "_pkey");
}

TEST_CASE("the columns of a key stand in the detail, in every language", "[postgres]") {
    CHECK(key_columns("Key (symbol)=(BTC) already exists.") == names{"symbol"});
    CHECK(key_columns("Key (exchange, exchange_id)=(X, 1) already exists.") ==
          names{"exchange", "exchange_id"});
    CHECK(key_columns("Schl\xc3\xbcssel \xc2\xbb(symbol)=(BTC)\xc2\xab existiert bereits.") ==
          names{"symbol"});
    CHECK(key_columns(R"(Key ("Odd ""name""", "a, b", x$1)=(1, 2, 3) already exists.)") ==
          names{"Odd \"name\"", "a, b", "x$1"});
    CHECK(key_columns("Key (stra\xc3\x9f"
                      "e)=(1) already exists.") == names{"stra\xc3\x9f"
                                                         "e"});
}

TEST_CASE("of a key with an expression, and of what is no key, no columns are told", "[postgres]") {
    for (const char* detail :
         {"", "Key", "Key (", "Key ()=()", "Key (lower(symbol))=(eth) already exists.",
          "Key (symbol, lower(note))=(a, b) already exists.", "Key (symbol)", "Key (symbol, )=(1)",
          "Key (\"symbol)=(1)", "Failing row contains (SECRET, 1).", "Failing row contains (SECRET).",
          "Key ((a + b))=(3) already exists."})
        CHECK(key_columns(detail).empty());
}

TEST_CASE("a table is called as it is described, or as SQL names it", "[postgres]") {
    constexpr table_info teams{"quantum.teams", {}};
    CHECK(table_name("public", "trades", &trades) == "trades");
    CHECK(table_name("elsewhere", "trades", &trades) == "trades");
    CHECK(table_name("quantum", "teams", &teams) == "quantum.teams");
    CHECK(table_name("public", "teams", &teams) == "teams");
    CHECK(table_name("audit", "log", &trades) == "audit.log");
    CHECK(table_name("public", "log", nullptr) == "log");
    CHECK(table_name("pg_temp_3", "log", nullptr) == "log");
    CHECK(table_name("", "log", nullptr) == "log");
}

TEST_CASE("a constraint is found by the name it was declared with", "[postgres]") {
    CHECK(declared("23505", "trades_pk") == "trades_pk");
    CHECK(declared("23505", "trades_symbol_uq") == "trades_symbol_uq");
    CHECK(declared("23503", "trades_position_fk") == "trades_position_fk");
    CHECK(declared("23514", "trades_price_positive") == "trades_price_positive");
    CHECK(declared("23514", "trades_id_check") == "trades_id_check");
    CHECK(declared("23514", "trades_symbol_uq") == "none"); // of another kind
}

TEST_CASE("a unique that the table calls otherwise is found by its columns", "[postgres]") {
    CHECK(declared("23505", "an_old_name", {"exchange_id", "exchange"}) == "trades_exchange_uq");
    CHECK(declared("23505", "an_old_name", {"id"}) == "trades_pk");
    CHECK(declared("23505", "an_old_name", {"exchange"}) == "none");
    CHECK(declared("23505", "an_old_name") == "none");
    CHECK(declared("23503", "an_old_name", {"position_id"}) ==
          "none"); // may be the columns that are pointed to
}

TEST_CASE("a name that PostgreSQL made is that of the declared constraint", "[postgres]") {
    CHECK(declared("23505", "trades_pkey") == "trades_pk");
    CHECK(declared("23505", "trades_symbol_key") == "trades_symbol_uq");
    CHECK(declared("23505", "trades_symbol_key1") == "trades_symbol_uq");
    CHECK(declared("23505", "trades_exchange_exchange_id_key") == "trades_exchange_uq");
    CHECK(declared("23503", "trades_position_id_fkey") == "trades_position_fk");
    CHECK(declared("23514", "trades_price_check") == "trades_price_positive");
    CHECK(declared("23514", "trades_price_check1") == "trades_price_positive");
    CHECK(declared("23514", "trades_price2_check") == "trades_price2_positive");
    CHECK(declared("23514", "trades_price_checked") == "none");
    CHECK(declared("23514", "other_price_check") == "none");
    CHECK(declared("23514", "") == "none");
    constexpr table_info in_schema{"desk.trades", constraints};
    CHECK(declared("23505", "trades_symbol_key", {}, in_schema) == "trades_symbol_uq");
}
