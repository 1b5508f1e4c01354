#pragma once
// One SQLite connection with its pragmas, its prepared statements and its way to wait for locks.
#include "sqlite/file_system.hpp"
#include "sqlite/scan.hpp"
#include "sqlite/statement.hpp"
#include <atomic>
#include <hawser/async/deadline.hpp>
#include <hawser/core/statement.hpp>
#include <hawser/sqlite/settings.hpp>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;

namespace hawser::sqlite {

class cursors;

enum class role : unsigned char {
    writer, // does all writes and all checkpoints
    reader, // opened read-only
    sole    // both, for a database in memory
};

// Used by one thread at a time; only interrupt() and stop_waiting() may come from others.
//
// Invariants
// 1. Every pragma that promises something was read back when the connection was opened.
// 2. Between two calls no statement is mid-iteration but those of the cursors: whoever steps resets.
// 3. BEGIN, COMMIT, savepoints, ATTACH and pragmas that write pass the authorizer only inside exec_own(), and from
//    permit_all() on. What was prepared since then is gone with the connection, or after restore().
class connection {
public:
    connection(const settings& s, role r);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    [[nodiscard]] sqlite3* handle() const noexcept { return db_.get(); }
    // Of a database in memory: none.
    [[nodiscard]] const opened_file& file() const noexcept { return file_; }

    // The prepared form, cached; by address where the statement lasts, else by text. Valid until the next call.
    prepared& prepare(const statement& s, std::string_view name = {});
    // Same, by text.
    prepared& prepare(std::string_view text);

    // Takes the rows of statements' scanning forms.
    [[nodiscard]] hawser::sqlite::scan& scan() noexcept { return *scan_; }

    // Our own control statement (BEGIN, COMMIT, SAVEPOINT): result code of SQLite. Kept prepared under its
    // text: a literal.
    int exec_own(const char* sql) noexcept;
    // For what undoes work. An interrupt lasts as long as any statement is under way, so the cursors give way to it.
    int undo_own(const char* sql) noexcept;
    // The statements that are under way between two calls; null: none.
    void lend_to(cursors* open) noexcept { cursors_ = open; }
    // Same as exec_own(), throws on failure.
    void require_own(const char* sql);
    // The user's script, statement by statement. Stops at the first failure and throws it.
    void run_script(std::string_view text);
    [[nodiscard]] std::int64_t pragma(const char* sql);

    // False: an error has ended the transaction.
    [[nodiscard]] bool in_transaction() const noexcept;
    [[nodiscard]] bool has_deferred_violations() const noexcept;
    [[nodiscard]] std::int64_t last_insert_key() const noexcept;
    [[nodiscard]] std::int64_t changes() const noexcept;

    // BEGIN IMMEDIATE and reads wait for locks of other processes until here, or until stop_waiting().
    void wait_for_locks_until(deadline due) noexcept { lock_deadline_ = due; }
    void stop_waiting() noexcept { stop_.store(true, std::memory_order_relaxed); }

    // Thread-safe while the connection lives.
    void interrupt() noexcept;

    // Gives the connection into a session's hands: transaction control, settings and ATTACH pass the authorizer, and
    // no text's prepared form is kept.
    void permit_all() noexcept;
    // Meanwhile, transaction control, settings and ATTACH do not pass: a transaction of the framework is open.
    void confine(bool on) noexcept { confined_ = on; }
    // Takes a connection that must not be closed out of them: rolls back, drops temporary objects, detaches, sets
    // every pragma anew. Does all that it can, and throws the first failure as hawser::error; nothing more passes the
    // authorizer in any case.
    void restore(const settings& s, role r);

    // While a statement runs for long, listener.statement_goes_on() is called every now and then, in its thread.
    // False stops the statement, as interrupt() does. Unlike that it cannot be lost: SQLite forgets an interrupt
    // that comes just before a statement's first step.
    class listener {
    public:
        [[nodiscard]] virtual bool statement_goes_on() noexcept = 0;
        // Before a statement that took long when it ran last, or has not run yet. SQLite may do all of its work,
        // counting a table's rows for instance, without coming by.
        virtual void statement_may_take_long() noexcept {}

    protected:
        ~listener() = default;
    };
    void tell(listener* l) noexcept;
    [[nodiscard]] listener* told() const noexcept { return told_; }

    // Frames in the write-ahead log after the last commit of this connection.
    [[nodiscard]] int log_frames() const noexcept { return log_frames_; }
    struct checkpoint_result {
        int code;
        int log_frames;
        int copied_frames;
    };
    // PASSIVE waits for nobody; truncating waits for readers, at most until the lock deadline.
    checkpoint_result checkpoint(bool truncate) noexcept;

private:
    struct closer {
        void operator()(sqlite3* db) const noexcept;
    };
    class trust;
    static int on_busy(void* self, int tries) noexcept;
    static int on_log(void* self, sqlite3* db, const char* name, int frames) noexcept;
    static int authorize(void* self, int action, const char* a, const char* b, const char* c,
                         const char* d) noexcept;
    void open(const settings& s, role r);
    void configure(const settings& s, role r);
    void set_and_check(const char* name, std::int64_t value);
    void switch_and_check(int option, bool on, const char* name);
    void use_log(const settings& s);
    void forget_texts() noexcept;

    std::optional<hawser::sqlite::scan> scan_; // outlives the connection
    listener* told_ = nullptr;
    std::unique_ptr<sqlite3, closer> db_;
    opened_file file_;
    std::unordered_map<const void*, prepared> lasting_;
    std::list<std::pair<std::string, prepared>> recent_; // most recent first
    std::unordered_map<std::string_view, decltype(recent_)::iterator> by_text_;
    std::unordered_map<std::string_view, prepared> own_;
    deadline lock_deadline_ = no_deadline;
    std::atomic<bool> stop_{false};
    bool trusted_ = false;    // the authorizer lets control statements pass
    bool permissive_ = false; // and the user's
    bool confined_ = false;   // but not those
    cursors* cursors_ = nullptr;
    int log_frames_ = 0;
};

} // namespace hawser::sqlite
