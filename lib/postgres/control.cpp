#include "postgres/control.hpp"
#include "pgwire/catalog_types.hpp"
#include <cstddef>
#include <deque>

namespace hawser::postgres {
namespace {

constexpr statement own(std::string_view name, std::string_view text) {
    return statement({.name = name, .sqlite = {}, .postgres = text});
}

std::string begin_text(const engine::transaction_modes& m) {
    std::string text = "begin";
    switch (m.isolation) {
    case isolation::default_:
        if (m.read_only) text += " isolation level repeatable read";
        break;
    case isolation::read_committed: text += " isolation level read committed"; break;
    case isolation::repeatable_read: text += " isolation level repeatable read"; break;
    case isolation::serializable: text += " isolation level serializable"; break;
    }
    if (m.read_only) text += " read only";
    if (m.deferrable) text += " deferrable";
    return text;
}

// The statement looks into the text.
struct beginning {
    explicit beginning(const engine::transaction_modes& m) : text(begin_text(m)), what(own("begin", text)) {}
    const std::string text;
    const statement what;
};

constexpr isolation levels[] = {isolation::default_, isolation::read_committed, isolation::repeatable_read,
                                isolation::serializable};

std::size_t place_of(const engine::transaction_modes& m) noexcept {
    return static_cast<std::size_t>(m.isolation) * 4 + (m.read_only ? 2 : 0) + (m.deferrable ? 1 : 0);
}

std::deque<beginning> every_beginning() {
    std::deque<beginning> all;
    for (const isolation level : levels)
        for (const bool read_only : {false, true})
            for (const bool deferrable : {false, true})
                all.emplace_back(engine::transaction_modes{level, read_only, deferrable});
    return all;
}

} // namespace

const statement& begin_statement(const engine::transaction_modes& m) noexcept {
    static const std::deque<beginning> all = every_beginning();
    return all[place_of(m)].what;
}

const statement& commit_statement() noexcept {
    static const statement s = own("commit", "commit");
    return s;
}

const statement& rollback_statement() noexcept {
    static const statement s = own("rollback", "rollback");
    return s;
}

const statement& types_statement() noexcept {
    static const statement s = own("types", pgwire::catalog_types::query);
    return s;
}

const statement& bulk_savepoint_statement() noexcept {
    static const statement s = own("savepoint", "savepoint bulk");
    return s;
}

const statement& bulk_release_statement() noexcept {
    static const statement s = own("release", "release savepoint bulk");
    return s;
}

const statement& bulk_undo_statement() noexcept {
    static const statement s = own("rollback to", "rollback to savepoint bulk");
    return s;
}

const statement& trial_savepoint_statement() noexcept {
    static const statement s = own("savepoint", "savepoint trial");
    return s;
}

const statement& trial_release_statement() noexcept {
    static const statement s = own("release", "release savepoint trial");
    return s;
}

const statement& trial_undo_statement() noexcept {
    static const statement s = own("rollback to", "rollback to savepoint trial");
    return s;
}

std::string declaration_of(std::string_view cursor, std::string_view query) {
    std::string text = "declare ";
    return text.append(cursor).append(" no scroll cursor with hold for ").append(query);
}

std::string savepoint_text(engine::verb what, unsigned level) {
    const char* const verb = what == engine::verb::savepoint ? "savepoint s"
                             : what == engine::verb::release ? "release savepoint s"
                                                             : "rollback to savepoint s";
    return verb + std::to_string(level);
}

} // namespace hawser::postgres
