#pragma once
// https://www.postgresql.org/docs/16/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COMMANDCOMPLETE
#include "pgwire/message_type.hpp"
#include <cstdint>
#include <optional>
#include <string_view>

namespace hawser::pgwire {

// The commands that a driver tells apart; `other` is any but these.
enum class command : std::uint8_t {
    other,
    begin, // or "START TRANSACTION"
    close_cursor,
    commit,
    copy,
    deallocate,
    deallocate_all,
    declare_cursor,
    delete_,
    discard_all,
    fetch,
    insert,
    listen,
    merge,
    move,
    prepare_transaction,
    release,
    reset,
    rollback, // the answer to COMMIT too, where the transaction has failed
    savepoint,
    select, // CREATE TABLE AS too
    set,
    unlisten,
    update
};

// A statement has done its work; whether it stays is known at ReadyForQuery.
struct command_complete {
    static constexpr server_message type = server_message::command_complete;

    std::string_view tag{}; // "INSERT 0 5", "CREATE TABLE"

    [[nodiscard]] command what() const noexcept;
    // Rows that were returned or affected; empty for a command that counts none.
    [[nodiscard]] std::optional<std::uint64_t> rows() const noexcept;
};

[[nodiscard]] bool read(std::string_view body, command_complete& to) noexcept;

} // namespace hawser::pgwire
