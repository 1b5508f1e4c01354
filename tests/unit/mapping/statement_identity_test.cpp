#include "support/catch.hpp"
#include <hawser/mapping/select.hpp>
#include <set>
#include "app_schema.hpp"
#include "statement_identity.hpp"

using namespace hawser::detail;
using app::account;
using hawser::col;

TEST_CASE("a statement has one address in every translation unit", "[mapping][identity]") {
    CHECK(mapping_test::addresses_here() == mapping_test::addresses_there());
}

TEST_CASE("different statements have different addresses", "[mapping][identity]") {
    const auto here = mapping_test::addresses_here();
    CHECK(std::set<const void*>(here.begin(), here.end()).size() == here.size());
}

TEST_CASE("constants do not make another statement, structure does", "[mapping][identity]") {
    const auto address = []<class W>(const W&) {
        return &statement_of<account, select_text<account, W, unbounded>>;
    };
    CHECK(address(col<&account::owner> == "ada") == address(col<&account::owner> == std::string("bob")));
    CHECK(address(col<&account::owner>.in("a")) == address(col<&account::owner>.in("a", "b")));
    CHECK(address(col<&account::owner> == "ada") != address(col<&account::owner> != "ada"));
    CHECK(address(col<&account::owner> == "ada") != address(col<&account::email> == "ada"));
}

TEST_CASE("equal literals are one statement", "[mapping][identity]") {
    CHECK(&literal_statement<"select 1"> == &literal_statement<"select 1">);
    CHECK(&literal_statement<"select 1"> != &literal_statement<"select 2">);
}
