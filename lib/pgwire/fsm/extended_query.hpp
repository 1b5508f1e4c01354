#pragma once
// What the server answers to one statement:
// https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
#include <cstdint>

namespace hawser::pgwire {

// Follows the answers to [Close] [Parse, Describe] [Bind] [Describe] Execute [CopyData ..] [Sync], in the order of the requests. Messages that
// may come at any time (NoticeResponse, ParameterStatus, NotificationResponse) are not for it.
class extended_query {
public:
    struct asked {
        bool close = false;   // Close of an older statement in front
        bool prepare = false; // Parse and Describe
        bool bind = true;     // the portal is made here
        bool look = false;    // Describe of a portal that is there
        bool execute = true;  // Execute, and Bind where it is asked for
        bool limited = false; // it may stop before the last row
        bool copies = false;  // CopyData, and CopyDone or CopyFail, are behind it
        bool sync = true;     // Sync behind
    };
    // A step that the server skips, as one before it under the same Sync has failed.
    enum class skipped : bool { no, yes };

    extended_query() = default;
    explicit extended_query(asked a, skipped s = skipped::no) noexcept;

    // Before anything was answered: whether a Sync is behind it after all.
    void expect_ready(bool sync) noexcept { asked_.sync = sync; }

    // What the message means; its body is the caller's to read.
    enum class event : std::uint8_t {
        nothing,
        parsed,
        parameters,  // ParameterDescription
        columns,     // RowDescription
        no_columns,  // NoData
        row,         // DataRow
        suspended,   // PortalSuspended: as many rows as it was limited to
        copy_in,     // CopyInResponse
        done,        // CommandComplete
        empty,       // EmptyQueryResponse: there was no statement in the text
        failed,      // ErrorResponse: nothing more comes but ReadyForQuery, if Sync was asked for
        ready,       // ReadyForQuery
        no_such_turn // a message that cannot come here: the connection is not to be trusted any more
    };
    [[nodiscard]] event on(char type) noexcept {
        if (stage_ == stage::rows && type == 'D') [[likely]]
            return event::row;
        return on_other(type);
    }
    // All answers were seen; the next message is for the next step.
    [[nodiscard]] bool over() const noexcept { return stage_ == stage::over; }
    // The server had made the statement when the failure came.
    [[nodiscard]] bool was_parsed() const noexcept { return parsed_; }
    // And had done it: it is its Sync that was refused.
    [[nodiscard]] bool was_done() const noexcept { return done_; }

private:
    enum class stage : std::uint8_t { close, parse, parameters, columns, bind, rows, ready, over };
    [[nodiscard]] event on_other(char type) noexcept;
    event advance(stage to, event e) noexcept {
        stage_ = to;
        return e;
    }
    [[nodiscard]] stage behind_rows() const noexcept { return asked_.sync ? stage::ready : stage::over; }
    [[nodiscard]] stage behind_columns() const noexcept {
        if (!asked_.execute) return behind_rows();
        return asked_.bind ? stage::bind : stage::rows;
    }
    [[nodiscard]] stage behind_close() const noexcept {
        if (asked_.prepare) return stage::parse;
        return asked_.look ? stage::columns : behind_columns();
    }

    asked asked_{};
    stage stage_ = stage::over;
    bool parsed_ = false;
    bool done_ = false;
};

} // namespace hawser::pgwire
