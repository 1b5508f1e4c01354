#include "support/catch.hpp"
#include <hawser/core/sqlstate.hpp>
#include <string>

using hawser::sqlstate;
using hawser::sqlstate_class_name;
using hawser::sqlstate_name;

TEST_CASE("a code has five digits or upper-case letters", "[sqlstate]") {
    CHECK(sqlstate::parse("23505").value().text() == "23505");
    CHECK(sqlstate::parse("0A000").value().text() == "0A000");
    CHECK(sqlstate::parse("ZZZZZ").value().text() == "ZZZZZ");
    const std::string wrong[] = {"",
                                 "2350",
                                 "235055",
                                 "2350a",
                                 "2350 ",
                                 "23-05",
                                 "\x80"
                                 "3505",
                                 std::string(5, '\0')};
    for (const std::string& text : wrong) {
        INFO('"' << text << '"');
        CHECK_FALSE(sqlstate::parse(text));
    }
}

TEST_CASE("a code's first two characters are its class", "[sqlstate]") {
    constexpr sqlstate unique("23505");
    STATIC_REQUIRE(unique.class_of() == "23");
    CHECK(sqlstate_class_name("23505") == "Integrity Constraint Violation");
    CHECK(sqlstate_class_name("23") == "Integrity Constraint Violation");
    CHECK(sqlstate_class_name("02") == "No Data");
    CHECK(sqlstate_class_name("XX001") == "Internal Error");
    CHECK(sqlstate_class_name("99") == "");
    CHECK(sqlstate_class_name("9") == "");
    CHECK(sqlstate_class_name("") == "");
}

TEST_CASE("codes are equal, ordered and switched on as their text is", "[sqlstate]") {
    STATIC_REQUIRE(sqlstate() == sqlstate("00000"));
    STATIC_REQUIRE(sqlstate("40001") < sqlstate("40P01"));
    STATIC_REQUIRE(sqlstate("00001").number() == 1);
    STATIC_REQUIRE(sqlstate("0000Z").number() == 35);
    STATIC_REQUIRE(sqlstate("ZZZZZ").number() == 36u * 36 * 36 * 36 * 36 - 1);
    const auto is_contention = [](sqlstate code) {
        switch (code.number()) {
        case sqlstate("40001").number():
        case sqlstate("40P01").number(): return true;
        default: return false;
        }
    };
    CHECK(is_contention(sqlstate::parse("40P01").value()));
    CHECK_FALSE(is_contention(sqlstate("40000")));
}

TEST_CASE("a code has the name that PostgreSQL gives it", "[sqlstate]") {
    CHECK(sqlstate("00000").name() == "successful_completion"); // the first of the table
    CHECK(sqlstate("XX002").name() == "index_corrupted");       // its last
    CHECK(sqlstate("23505").name() == "unique_violation");
    CHECK(sqlstate_name("40001") == "serialization_failure");
    CHECK(sqlstate_name("40P01") == "deadlock_detected");
    CHECK(sqlstate_name("0A000") == "feature_not_supported");
    CHECK(sqlstate_name("57014") == "query_canceled");
    CHECK(sqlstate_name("26000") == "invalid_sql_statement_name"); // has two macros in the server, one name
    CHECK(sqlstate_name("42P05") == "duplicate_prepared_statement");
}

TEST_CASE("a code that PostgreSQL 15 does not have is named by its class", "[sqlstate]") {
    CHECK(sqlstate_name("22ZZZ") == "data_exception");
    CHECK(sqlstate_name("2350X") == "integrity_constraint_violation");
    CHECK(sqlstate_name("ZZ000") == "");
    CHECK(sqlstate_name("unique") == "");
    CHECK(sqlstate_name("") == "");
}
