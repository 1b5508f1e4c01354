#pragma once
// SQL text with an identity, and what is known of it before an engine has seen it.
#include <cstdint>
#include <span>
#include <string_view>

namespace hawser {

enum class dialect : std::uint8_t { sqlite, postgres };

enum class constraint_kind : std::uint8_t {
    primary_key,
    unique,
    foreign_key,
    check,
    key_range // a check that a generated key has a place in its member: out_of_range where it fails
};

// A declared constraint of a table, so that an engine's complaint can be given its declared name.
struct constraint_info {
    constraint_kind kind;
    std::string_view name;
    std::span<const std::string_view> columns;
};

struct table_info {
    std::string_view name; // as described: "trades", "quantum.teams"
    std::span<const constraint_info> constraints;
    std::string_view sqlite_name{}; // where it differs: "quantum_teams"

    [[nodiscard]] constexpr std::string_view on_sqlite() const noexcept {
        return sqlite_name.empty() ? name : sqlite_name;
    }
};

// One SQL statement. A statement with static storage duration is identified by its address: a connection
// keeps the prepared form under that pointer, and neither compares nor hashes the text. Made at run time
// (`lasting` is false) it must live until its batch is answered, and connections look it up by text.
class statement {
public:
    struct facts {
        std::string_view name;     // "trades.insert"; shown in errors, events and metrics
        std::string_view sqlite;   // text with ?1, ?2, ..
        std::string_view postgres; // text with $1, $2, ..
        std::uint16_t parameters = 0;
        bool read_only = false;
        bool lasting = true;
        bool one_row = false; // touches one row at most, found by its key: no slower than a look-up
        // A plain SELECT of all rows that meet its condition, and whether it has none: an engine may have a quicker
        // way for many rows.
        bool many_rows = false;
        bool whole_table = false;
        const table_info* table = nullptr;
    };

    constexpr explicit statement(const facts& f) noexcept : facts_(f) {}
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;

    [[nodiscard]] constexpr std::string_view name() const noexcept { return facts_.name; }
    [[nodiscard]] constexpr std::string_view text(dialect d) const noexcept {
        return d == dialect::sqlite ? facts_.sqlite : facts_.postgres;
    }
    [[nodiscard]] constexpr unsigned parameters() const noexcept { return facts_.parameters; }
    // True where the statement is known to write nothing, so that a reader connection may run it.
    [[nodiscard]] constexpr bool read_only() const noexcept { return facts_.read_only; }
    [[nodiscard]] constexpr bool one_row() const noexcept { return facts_.one_row; }
    [[nodiscard]] constexpr bool many_rows() const noexcept { return facts_.many_rows; }
    [[nodiscard]] constexpr bool whole_table() const noexcept { return facts_.whole_table; }
    [[nodiscard]] constexpr bool lasting() const noexcept { return facts_.lasting; }
    [[nodiscard]] constexpr const table_info* table() const noexcept { return facts_.table; }

private:
    facts facts_;
};

} // namespace hawser
