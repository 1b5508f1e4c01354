#include "support/catch.hpp"
#include <array>
#include <hawser/core/error.hpp>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

using hawser::errc;
using hawser::error;
using hawser::error_info;

namespace {

constexpr int first = static_cast<int>(errc::not_found);
constexpr int last = static_cast<int>(errc::unsupported);

enum class caught {
    connection_error,
    commit_unknown,
    pool_exhausted,
    constraint_error,
    query_error,
    transaction_error,
    validation_error,
    not_found,
    stale_object,
    security_error,
    error
};

// The most derived class that a catch would name.
caught class_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const hawser::commit_unknown&) {
        return caught::commit_unknown;
    } catch (const hawser::pool_exhausted&) {
        return caught::pool_exhausted;
    } catch (const hawser::connection_error&) {
        return caught::connection_error;
    } catch (const hawser::constraint_error&) {
        return caught::constraint_error;
    } catch (const hawser::query_error&) {
        return caught::query_error;
    } catch (const hawser::transaction_error&) {
        return caught::transaction_error;
    } catch (const hawser::validation_error&) {
        return caught::validation_error;
    } catch (const hawser::not_found&) { return caught::not_found; } catch (const hawser::stale_object&) {
        return caught::stale_object;
    } catch (const hawser::security_error&) { return caught::security_error; } catch (const error&) {
        return caught::error;
    }
}

struct expected {
    errc kind;
    std::string_view name;
    std::string_view id;
    caught type;
    bool retryable;
};

const std::vector<expected> table{
    {errc::not_found, "not_found", "DB_QRY_002", caught::not_found, false},
    {errc::too_many_rows, "too_many_rows", "DB_QRY_003", caught::query_error, false},
    {errc::unique_violation, "unique_violation", "DB_CON_001", caught::constraint_error, false},
    {errc::foreign_key_violation, "foreign_key_violation", "DB_CON_002", caught::constraint_error, false},
    {errc::not_null_violation, "not_null_violation", "DB_CON_003", caught::constraint_error, false},
    {errc::check_violation, "check_violation", "DB_CON_004", caught::constraint_error, false},
    {errc::exclusion_violation, "exclusion_violation", "DB_CON_005", caught::constraint_error, false},
    {errc::stale_object, "stale_object", "DB_TXN_003", caught::stale_object, false},
    {errc::validation_failed, "validation_failed", "DB_VAL_001", caught::validation_error, false},
    {errc::precondition_failed, "precondition_failed", "DB_TXN_004", caught::transaction_error, false},
    {errc::serialization_failure, "serialization_failure", "DB_TXN_005", caught::transaction_error, true},
    {errc::deadlock, "deadlock", "DB_TXN_006", caught::transaction_error, true},
    {errc::busy, "busy", "DB_TXN_002", caught::transaction_error, true},
    {errc::lock_timeout, "lock_timeout", "DB_TXN_002", caught::transaction_error, true},
    {errc::statement_timeout, "statement_timeout", "DB_QRY_004", caught::query_error, false},
    {errc::cancelled, "cancelled", "DB_QRY_005", caught::query_error, false},
    {errc::pool_exhausted, "pool_exhausted", "DB_PERF_002", caught::pool_exhausted, false},
    {errc::connection_lost, "connection_lost", "DB_CONN_002", caught::connection_error, false},
    {errc::connect_failed, "connect_failed", "DB_CONN_001", caught::connection_error, false},
    {errc::commit_unknown, "commit_unknown", "DB_TXN_007", caught::commit_unknown, false},
    {errc::read_only, "read_only", "DB_SEC_002", caught::query_error, false},
    {errc::syntax_error, "syntax_error", "DB_QRY_001", caught::query_error, false},
    {errc::undefined_object, "undefined_object", "DB_QRY_001", caught::query_error, false},
    {errc::permission_denied, "permission_denied", "DB_SEC_001", caught::security_error, false},
    {errc::type_mismatch, "type_mismatch", "DB_QRY_006", caught::query_error, false},
    {errc::out_of_range, "out_of_range", "DB_QRY_007", caught::query_error, false},
    {errc::disk_full, "disk_full", "DB_STO_001", caught::query_error, false},
    {errc::corrupt, "corrupt", "DB_STO_002", caught::query_error, false},
    {errc::closed, "closed", "DB_CONN_003", caught::connection_error, false},
    {errc::misuse, "misuse", "DB_USE_001", caught::query_error, false},
    {errc::unsupported, "unsupported", "DB_USE_002", caught::query_error, false},
};

error_info telling_info() {
    error_info info;
    info.constraint = "trades_exchange_uq";
    info.table = "trades";
    info.columns = {"exchange", "exchange_id"};
    info.statement_name = "trades.insert";
    info.sql = "insert into \"trades\" values (?1)";
    info.native_code = 2067;
    return info;
}

} // namespace

TEST_CASE("every kind has its class, its name, its code and its answer to another try", "[core][error]") {
    REQUIRE(table.size() == static_cast<std::size_t>(last));
    for (const expected& e : table) {
        INFO(e.name);
        CHECK(to_string(e.kind) == e.name);
        CHECK(hawser::error_id(e.kind) == e.id);
        const auto made = hawser::make_error(e.kind, "cause");
        CHECK(class_of(made) == e.type);
        try {
            hawser::throw_error(e.kind, "cause");
        } catch (const error& thrown) {
            CHECK(thrown.kind() == e.kind);
            CHECK(thrown.id() == e.id);
            CHECK(thrown.retryable() == e.retryable);
            CHECK(thrown.message() == "cause");
            CHECK(class_of(std::current_exception()) == e.type);
        }
    }
}

TEST_CASE("the table of kinds is whole and in order", "[core][error]") {
    for (int k = first; k <= last; ++k) CHECK(table[static_cast<std::size_t>(k - first)].kind == errc(k));
}

TEST_CASE("codes and names are never empty, whatever the number", "[core][error]") {
    for (const int k : {-1, 0, last + 1, 10000}) {
        CHECK(hawser::error_id(errc(k)) == "DB_USE_001");
        CHECK_FALSE(to_string(errc(k)).empty());
    }
}

TEST_CASE("the place of failure may give a code of its own", "[core][error]") {
    error_info info;
    info.id = "DB_TXN_001";
    CHECK(error(errc::statement_timeout, "x", info).id() == "DB_TXN_001");
}

TEST_CASE("what() names kind and cause", "[core][error]") {
    const error e(errc::unique_violation, "trades_exchange_uq in trades.insert", telling_info());
    CHECK_THAT(e.what(), support::contains_text("trades_exchange_uq in trades.insert"));
    CHECK_THAT(e.what(), support::contains_text("unique_violation"));
    CHECK(e.code() == errc::unique_violation);
    CHECK(std::string(e.code().category().name()) == "hawser");
}

TEST_CASE("the facts of a failure are kept", "[core][error]") {
    const error e(errc::unique_violation, "x", telling_info());
    CHECK(e.info().constraint == "trades_exchange_uq");
    CHECK(e.info().table == "trades");
    CHECK(e.info().native_code == 2067);
    CHECK(e.info().attempt == 1);
    CHECK_FALSE(e.info().position.has_value());
}

TEST_CASE("a user's message shows neither SQL nor names nor the cause", "[core][error]") {
    for (const expected& k : table) {
        const error e(k.kind, "the cause", telling_info());
        const std::string shown(hawser::user_message(e));
        INFO(shown);
        CHECK(shown.ends_with('.'));
        for (const char* hidden : {"trades", "exchange", "insert", "the cause", "sqlite", "2067", "DB_", "_"})
            CHECK_THAT(shown, !support::contains_text(hidden));
    }
}

TEST_CASE("only a lost commit, or who says so, may have executed", "[core][error]") {
    for (const expected& k : table)
        CHECK(error(k.kind, "x").may_have_executed() == (k.kind == errc::commit_unknown));
    error_info info;
    info.may_have_executed = true;
    CHECK(error(errc::connection_lost, "x", info).may_have_executed());
}

TEST_CASE("copies and moves do not throw, and leave an error with its facts", "[core][error]") {
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<error>);
    STATIC_REQUIRE(std::is_nothrow_copy_assignable_v<error>);
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<hawser::stale_object>);
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<hawser::validation_error>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<error>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<hawser::validation_error>);
    error a(errc::busy, "cause", telling_info());
    const error b = std::move(a);
    CHECK(b.message() == "cause");
    CHECK(a.message() == "cause"); // NOLINT: an error is copied where others are moved
    CHECK(&a.info() == &b.info());
    hawser::validation_error v("trades", {{"symbol", "not_empty", "must not be empty", {}}});
    const hawser::validation_error w = std::move(v);
    CHECK(w.violations().size() == 1);
    CHECK(v.violations().size() == 1); // NOLINT
}

TEST_CASE("a violated constraint is compared by its columns as a set", "[core][error]") {
    const error e(errc::unique_violation, "x", telling_info());
    using names = std::vector<std::string_view>;
    CHECK(e.violates_columns(names{"exchange", "exchange_id"}));
    CHECK(e.violates_columns(names{"exchange_id", "exchange"}));
    CHECK_FALSE(e.violates_columns(names{"exchange"}));
    CHECK_FALSE(e.violates_columns(names{"exchange", "exchange"}));
    CHECK_FALSE(e.violates_columns(names{"exchange", "symbol"}));
    CHECK_FALSE(e.violates_columns(names{"exchange", "exchange_id", "symbol"}));
    CHECK_FALSE(e.violates_columns(names{}));
}

TEST_CASE("a validation error holds all violations and describes the first eight", "[core][error]") {
    std::vector<hawser::violation> found;
    for (std::size_t i = 0; i < 10; ++i)
        found.push_back({.field = "symbol", .rule = "not_empty", .message = "must not be empty", .row = i});
    const hawser::validation_error e("trades", found);
    CHECK(e.kind() == errc::validation_failed);
    CHECK(e.info().table == "trades");
    CHECK(std::vector<hawser::violation>(e.violations().begin(), e.violations().end()) == found);
    CHECK(e.message().starts_with("trades: row 0: symbol must not be empty; row 1: "));
    CHECK(e.message().ends_with("row 7: symbol must not be empty; and 2 more"));
    CHECK(hawser::validation_error("trades", {{"", "pair", "must differ", {}}}).message() ==
          "trades: must differ");
}

TEST_CASE("a stale object tells whether its row is there, if that is known", "[core][error]") {
    CHECK(hawser::stale_object(errc::stale_object, "x", {}, true).row_exists() == true);
    CHECK(hawser::stale_object(errc::stale_object, "x", {}, false).row_exists() == false);
    CHECK_FALSE(hawser::stale_object(errc::stale_object, "x").row_exists().has_value());
}

TEST_CASE("a failure that is told with one fact more keeps its class and all other facts", "[core]") {
    using hawser::detail::with_attempt;
    using hawser::detail::with_duration;
    using namespace std::chrono_literals;
    const auto thrown = [](const std::exception_ptr& e) { std::rethrow_exception(e); };
    const auto made = hawser::make_error(errc::unique_violation, "once", {.table = "trades"});
    try {
        thrown(with_attempt(with_duration(made, 7us), 3));
        FAIL();
    } catch (const hawser::constraint_error& e) {
        CHECK(e.kind() == errc::unique_violation);
        CHECK(e.message() == "once");
        CHECK(e.info().table == "trades");
        CHECK(e.info().attempt == 3);
        CHECK(e.info().duration == 7us);
    }
    try {
        thrown(made); // which others may hold
    } catch (const hawser::error& e) {
        CHECK(e.info().attempt == 1);
        CHECK(e.info().duration == 0us);
    }
    const auto stale = std::make_exception_ptr(hawser::stale_object(errc::stale_object, "stale", {}, true));
    try {
        thrown(with_duration(stale, 7us));
    } catch (const hawser::stale_object& e) { CHECK(e.row_exists() == true); }
    const auto invalid = std::make_exception_ptr(
        hawser::validation_error("trades", {{"symbol", "not_empty", "must not be empty", {}}}));
    try {
        thrown(with_duration(invalid, 7us));
    } catch (const hawser::validation_error& e) { CHECK(e.violations().size() == 1); }
    struct own : hawser::error {
        using error::error;
        int more = 5;
    };
    try {
        thrown(with_attempt(std::make_exception_ptr(own(errc::busy, "mine")), 2));
    } catch (const own& e) { CHECK(e.more == 5); }
    CHECK_THROWS_AS(thrown(with_attempt(std::make_exception_ptr(std::logic_error("x")), 2)),
                    std::logic_error);
}
