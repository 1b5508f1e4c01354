#pragma once
// What holds operations up, so that they can be cancelled in a known state: before they are begun, and while they run.
#include "cancellation.hpp"

namespace market {

// On SQLite a write that runs keeps its caller until its true end. On PostgreSQL partial and terminal let the caller go at
// once, who is told that it may be stored; the server is asked to stop it by terminal alone, and only where the statement
// has a connection of its own.
inline bool is_let_go(const quiet_market& m, cancellation_type type) {
    return m.server != nullptr && type != cancellation_type::total;
}

// Keeps what a context asks for from being begun. On SQLite a transaction has the only writer, or reader; on PostgreSQL
// another call has the context's only shared connection and waits for a lock, and a transaction has the only lease.
class held_queue {
public:
    enum class side : unsigned char { writes, reads };

    held_queue(quiet_market& m, cancellable& c, side of = side::writes) : on_(&c) {
        if (m.server == nullptr) {
            holder_.emplace(hawser::run(m.db->begin({.read_only = of == side::reads, .name = "holder"})));
            return;
        }
        lock_.emplace(m.server->look());
        lock_->exec("begin; lock table trades");
        call_ = c.start_aside(count_trades(*m.db));
        c.carry_out(take_lease(*m.db));
    }
    // Also where the context has gone.
    void let_go() {
        if (!lock_) return hawser::run(holder_->commit());
        lock_->exec("rollback");
        if (!on_->io) return holder_.reset();
        on_->carry_out(holder_->commit());
        on_->rest();
        CHECK(*call_);
    }

private:
    static task<> count_trades(hawser::database db) { co_await hawser::repository<trade>{db}.count(); }
    task<> take_lease(hawser::database db) {
        auto tx = co_await db.begin({.name = "holder"});
        holder_.emplace(std::move(tx));
    }

    cancellable* on_;
    std::optional<support::raw_postgres> lock_;
    std::shared_ptr<bool> call_;
    std::optional<hawser::transaction> holder_;
};

// Whether anyone in this database does.
inline bool waits_for_lock(support::raw_postgres& look) {
    return look.integer("select count(*) from pg_stat_activity where datname = current_database() and "
                        "wait_event_type = 'Lock'") > 0;
}

// Lets statements begin, and not get on. On SQLite those whose text holds `part` keep their thread; on PostgreSQL whatever
// touches the positions waits for a lock in the server.
class held_statement {
public:
    // Of SQLite's scripts no observer hears: those have no part, and wait for the writer there.
    held_statement(quiet_market& m, const char* part) : m_(&m) {
        if (m.server == nullptr) {
            if (*part == '\0')
                holder_.emplace(hawser::run(m.db->begin({.name = "holder"})));
            else
                m.at.close(part);
            return;
        }
        look_.emplace(m.server->look());
        lock_.emplace(m.server->look());
        lock_->exec("begin; lock table positions");
    }
    // Until it runs.
    void wait_for(cancellable& c) {
        c.until([this] { return stands(); });
        REQUIRE(stands());
    }
    // Until the server has stopped it. The driver gives that two seconds, so its context gets nearly all of the time.
    void wait_for_stop(cancellable& c) {
        c.run_until([this] { return !stands(); }, std::chrono::milliseconds(50));
        REQUIRE_FALSE(stands());
    }
    void let_go() {
        if (holder_) return hawser::run(holder_->commit());
        if (m_->server == nullptr) return m_->at.open();
        lock_->exec("rollback");
    }
    // Until those whose contexts have gone have left the server.
    void wait_for_leaving() {
        if (m_->server == nullptr) return;
        const auto late = std::chrono::steady_clock::now() + patience;
        while (others() > 0 && std::chrono::steady_clock::now() < late) std::this_thread::yield();
        REQUIRE(others() == 0);
    }

private:
    bool stands() {
        if (m_->server == nullptr) return holder_ || m_->at.standing();
        return waits_for_lock(*look_);
    }
    std::int64_t others() {
        return look_->integer("select count(*) from pg_stat_activity where datname = current_database() and "
                              "pid <> pg_backend_pid() and pid <> " +
                              std::to_string(lock_->process()));
    }

    quiet_market* m_;
    std::optional<hawser::transaction> holder_;
    std::optional<support::raw_postgres> look_;
    std::optional<support::raw_postgres> lock_;
};

// Lets a transaction that has inserted a position come to its COMMIT, and its caller not hear of the end. On SQLite the
// writer has committed and keeps the answer; on PostgreSQL a deferred trigger waits for a lock.
class held_commit {
public:
    // Before it begins.
    explicit held_commit(quiet_market& m) : m_(&m) {
        if (m.server == nullptr) {
            m.at.close("commit");
            return;
        }
        look_.emplace(m.server->look());
        lock_.emplace(m.server->look());
        lock_->exec("create function wait_for_test() returns trigger language plpgsql as "
                    "'begin perform pg_advisory_xact_lock(1); return null; end';"
                    "create constraint trigger waits after insert on positions deferrable initially deferred "
                    "for each row execute function wait_for_test();"
                    "select pg_advisory_lock(1)");
    }
    // Until it has come there.
    void wait_for(cancellable& c) {
        c.until([this] { return stands(); });
        REQUIRE(stands());
    }
    void let_go() {
        if (m_->server == nullptr) return m_->at.open();
        lock_->exec("select pg_advisory_unlock(1)");
    }

private:
    bool stands() { return m_->server == nullptr ? m_->at.standing() : waits_for_lock(*look_); }

    quiet_market* m_;
    std::optional<support::raw_postgres> look_;
    std::optional<support::raw_postgres> lock_;
};

} // namespace market
