#pragma once
// The verbs that database, session and transaction share, and a reference to any of them.
#include <cstdint>
#include <hawser/async/task.hpp>
#include <hawser/core/statement.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/db/options.hpp>
#include <hawser/db/result.hpp>
#include <hawser/db/send.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/mapping/literal.hpp>
#include <hawser/mapping/row.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace hawser {

// SQL text made at run time. Placeholders are $1, $2, .. on every engine; values are bound, never formatted in.
class sql {
public:
    explicit sql(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

// A cheap handle: copies share the database, and the leased connection where there is one. Safe to copy and to
// use from any thread; every operation resumes on the executor of the coroutine that awaits it.
//
// Errors: syntax_error, undefined_object, permission_denied for the text; type_mismatch and out_of_range for values;
// constraint violations; not_found and too_many_rows where one row is asked for. Any call may end with
// statement_timeout (its deadline), busy (the writer or another process held the lock), cancelled, connection_lost,
// disk_full, corrupt or closed; one that writes with commit_unknown. info().duration tells how long it was under way.
//
// Operations are lazy tasks. They copy handle, options, keys, arguments and texts when they are called; entities
// and spans are borrowed until the task completes. Failures of all kinds are thrown by co_await, as hawser::error.
// Cancellation (`total`, `partial`, `terminal`): a call that has not begun ends with errc::cancelled; a running
// read is let go (partial) or stopped (terminal); a write that has begun ends with its true outcome. A coroutine
// that is cancelled already ends in its next co_await with Asio's own operation_aborted: co_await checks that in the
// caller's frame, before an operation is started. as_result(), transaction bodies and units of work turn it into
// errc::cancelled where it strikes within them; what they had begun is undone.
class executor_ref {
public:
    // Rows of a statement, each as a Row: a described struct (columns by name), a scalar, an optional of one, or
    // a tuple. The text is checked while compiling: placeholders against arguments, select list against Row.
    template <class Row, literal Text, class... Args>
    [[nodiscard]] task<std::vector<Row>> query(const Args&... args) const {
        return detail::fetch_all<Row>(*this, literal_job<Row, Text>(args...), detail::every);
    }
    // Without a Row: a hawser::result, with names and values of run time.
    template <literal Text, class... Args>
    [[nodiscard]] task<result> query(const Args&... args) const {
        return detail::fetch_result(*this, literal_job<void, Text>(args...));
    }
    template <class Row = result, class... Args>
    [[nodiscard]] task<detail::rows_of<Row>> query(const sql& text, const Args&... args) const {
        if constexpr (std::is_same_v<Row, result>)
            return detail::fetch_result(*this, text_job(text, args...));
        else
            return detail::fetch_all<Row>(*this, text_job(text, args...), detail::every);
    }

    // Exactly one row: throws not_found for none, too_many_rows for more. A statement that writes is undone then on
    // SQLite; on PostgreSQL it is done, which may_have_executed() says.
    template <class Row, literal Text, class... Args>
    [[nodiscard]] task<Row> query_one(const Args&... args) const {
        return detail::fetch_one<Row>(*this, literal_job<Row, Text>(args...));
    }
    template <class Row, class... Args>
    [[nodiscard]] task<Row> query_one(const sql& text, const Args&... args) const {
        return detail::fetch_one<Row>(*this, text_job(text, args...));
    }

    // One row or none: throws too_many_rows for more, as above.
    template <class Row, literal Text, class... Args>
    [[nodiscard]] task<std::optional<Row>> query_optional(const Args&... args) const {
        return detail::fetch_optional<Row>(*this, literal_job<Row, Text>(args...));
    }
    template <class Row, class... Args>
    [[nodiscard]] task<std::optional<Row>> query_optional(const sql& text, const Args&... args) const {
        return detail::fetch_optional<Row>(*this, text_job(text, args...));
    }

    // The number of rows that were changed (of a query: returned).
    template <literal Text, class... Args>
    [[nodiscard]] task<std::int64_t> execute(const Args&... args) const {
        return detail::run_counted(handle_.database->engine, literal_job<void, Text>(args...));
    }
    template <class... Args>
    [[nodiscard]] task<std::int64_t> execute(const sql& text, const Args&... args) const {
        return detail::run_counted(handle_.database->engine, text_job(text, args...));
    }

    // Several statements, without arguments, all or nothing; on a session outside of a transaction each on its own.
    [[nodiscard]] task<void> run_script(std::string text) const;

    [[nodiscard]] const detail::handle& get() const noexcept { return handle_; }

protected:
    explicit executor_ref(detail::handle h) noexcept : handle_(std::move(h)) {}
    detail::handle handle_;

    template <class Row, literal Text, detail::taken_by By = detail::taken_by::shared_lane, class... Args>
    engine::job_ptr literal_job(const Args&... args) const {
        static_assert(detail::checked_literal<Text, sizeof...(Args), By>::ok);
        if constexpr (!std::is_void_v<Row>)
            static_assert(detail::scan_of<Text>.columns == 0 ||
                              detail::scan_of<Text>.columns == detail::row_width<Row>,
                          "hawser: the number of selected columns differs from the members of the row type");
        auto j = detail::statement_job(handle_, detail::literal_statement<Text>);
        detail::bind_arguments(*j, args...);
        return j;
    }
    template <class... Args>
    engine::job_ptr text_job(const sql& text, const Args&... args) const {
        auto j = detail::text_job(handle_, text.text(), sizeof...(Args));
        detail::bind_arguments(*j, args...);
        return j;
    }
};

} // namespace hawser
