#pragma once
// The exceptions that Hawser throws: one base with all the facts, one class per thing that people catch.
#include <hawser/core/errc.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

namespace detail {
struct retold;
}

// Everything that is known about one failure. Empty members mean "not known" or "does not apply".
// Row values, parameters and passwords are never in here.
struct error_info {
    std::string_view id{};                 // overrides the kind's text code; must point to static storage
    std::string sqlstate{};                // PostgreSQL's five characters; empty on SQLite
    int native_code = 0;                   // SQLite's extended result code; 0 where there is none
    std::string constraint{};              // declared name: "trades_exchange_uq"
    std::string table{};                   // as described: "trades", "quantum.teams"
    std::vector<std::string> columns{};    // of the constraint, in its order
    std::string statement_name{};          // "trades.insert", or the name given to the call
    std::string sql{};                     // text of the failing statement, placeholders unfilled
    std::optional<std::size_t> position{}; // offset into sql, in bytes from 0
    std::optional<std::size_t> row{};      // index of the offending row of a bulk call
    std::optional<std::size_t>
        resume_from{}; // of a bulk call with .atomic = false: rows that are kept, see bulk_options
    std::optional<std::size_t> statement_index{}; // index within the batch or unit of work
    unsigned attempt = 1; // which try of a transaction or a unit of work this was, the last one
    std::chrono::microseconds duration{}; // from submission to failure; 0 where it never was on its way
    bool may_have_executed = false;       // the engine may have done the work although this was thrown
};

// Base of all that Hawser throws. Copies are cheap (shared facts) and do not throw.
// what() names kind, statement and cause, and holds no row values.
class error : public boost::system::system_error {
public:
    error(errc kind, const std::string& message, error_info info = {});
    error(const error&) noexcept = default; // and no move: an error always has its facts
    error& operator=(const error&) noexcept = default;
    ~error() noexcept override = default;
    // What outcome<T>::error() gives where there is a value; nothing throws it.
    error() : error(errc::misuse, "no error") {}

    [[nodiscard]] errc kind() const noexcept { return static_cast<errc>(code().value()); }
    // Stable text code: info().id where the place of failure gave one, else that of kind(), see error_id().
    [[nodiscard]] std::string_view id() const noexcept;
    // True where the same call, or the same transaction body, may succeed if tried again now.
    [[nodiscard]] bool retryable() const noexcept { return is_contention(kind()); }
    // True where the work may have taken effect although this error was thrown.
    [[nodiscard]] bool may_have_executed() const noexcept;
    [[nodiscard]] const error_info& info() const noexcept;
    // The message without the code's own text.
    [[nodiscard]] const std::string& message() const noexcept;

    // True if the violated constraint is made of exactly the given columns, in any order.
    [[nodiscard]] bool violates_columns(std::span<const std::string_view> columns) const noexcept;

    // True if the violated constraint is made of exactly these members: e.violates<&trade::exchange_id>().
    // Members of another entity than the one whose table is named are not, whatever their names.
    // Needs the entity's description; defined in <hawser/mapping/violates.hpp>.
    template <auto... Members>
    [[nodiscard]] bool violates() const;

private:
    friend struct detail::retold;
    struct facts;
    std::shared_ptr<const facts> facts_;
};

class connection_error : public error {
public:
    using error::error;
};
// The answer to a COMMIT was lost: the work is either stored whole or not at all, and nobody knows which.
class commit_unknown : public connection_error {
public:
    using connection_error::connection_error;
};
class pool_exhausted : public connection_error {
public:
    using connection_error::connection_error;
};
class query_error : public error {
public:
    using error::error;
};
class transaction_error : public error {
public:
    using error::error;
};
class constraint_error : public query_error {
public:
    using query_error::query_error;
};
class not_found : public error {
public:
    using error::error;
};
class stale_object : public error {
public:
    stale_object(errc kind, const std::string& message, error_info info = {},
                 std::optional<bool> row_exists = {});
    // Whether a row with that key is (still) there; empty where it was not looked up.
    [[nodiscard]] std::optional<bool> row_exists() const noexcept { return row_exists_; }

private:
    std::optional<bool> row_exists_;
};
class security_error : public error {
public:
    using error::error;
};

// One rule that one row breaks.
struct violation {
    std::string field;              // column name; empty for a rule of the whole row
    std::string rule;               // "not_empty", "max_length", "range", ..
    std::string message;            // "must have at most 32 characters", safe to show
    std::optional<std::size_t> row; // index within a bulk call

    bool operator==(const violation&) const = default;
};

// Thrown before anything travels; holds every violation found, not only the first.
class validation_error : public error {
public:
    validation_error(std::string_view entity, std::vector<violation> found, error_info info = {});
    // Without violations of members.
    validation_error(errc kind, const std::string& message, error_info info = {});
    validation_error(const validation_error&) noexcept = default;
    validation_error& operator=(const validation_error&) noexcept = default;
    ~validation_error() noexcept override = default;
    [[nodiscard]] std::span<const violation> violations() const noexcept { return *found_; }

private:
    std::shared_ptr<const std::vector<violation>> found_;
};

// The exception object of the class that belongs to kind.
[[nodiscard]] std::exception_ptr make_error(errc kind, const std::string& message, error_info info = {});
// Throws the class that belongs to kind.
[[noreturn]] void throw_error(errc kind, const std::string& message, error_info info = {});
namespace detail {

// The same failure with one fact more. What is not of a class of this file goes through as it is.
[[nodiscard]] std::exception_ptr with_attempt(std::exception_ptr failure, unsigned attempt);
[[nodiscard]] std::exception_ptr with_duration(std::exception_ptr failure,
                                               std::chrono::microseconds duration);

} // namespace detail

// A short sentence that may be shown to an end user: names no table, no SQL, no values.
[[nodiscard]] std::string_view user_message(const error& failure) noexcept;

} // namespace hawser
