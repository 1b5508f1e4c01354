// The states of an operation that the other cancellation tests leave out: not awaited, not begun, waiting for room in
// the queue, and stored but not yet resumed.
#include "held_up.hpp"

using namespace market;

namespace {

task<> insert_q(hawser::executor_ref on) {
    position q = make_position("Q");
    co_await hawser::repository<position>{on}.insert(q);
}

const sample all_kinds[] = {
    {"insert", "insert into", "P:0 Q:0",
     [](hawser::database db, position) -> task<> { co_await insert_q(db); }},
    {"patch", "update", "P:6",
     [](hawser::database db, position p) -> task<> {
         co_await hawser::repository<position>{db}.update(p.id, hawser::set<&position::quantity>(6));
     }},
    {"unit", "insert into", "P:3 Q:0",
     [](hawser::database db, position p) -> task<> {
         hawser::unit_of_work unit{db};
         position q = make_position("Q");
         p.quantity = 3;
         unit.insert(q);
         unit.update(p);
         co_await unit.commit();
     }},
    {"bulk_insert", "insert into", "P:0 Q:0 R:0",
     [](hawser::database db, position) -> task<> {
         std::vector<position> rows{make_position("Q"), make_position("R")};
         co_await hawser::repository<position>{db}.bulk_insert(rows);
     }},
    {"execute", "update positions", "P:9",
     [](hawser::database db, position) -> task<> {
         const hawser::decimal<18, 8> nine = 9;
         co_await db.execute<"update positions set quantity = $1">(nine);
     }},
    {"script", "", "PQR:0",
     [](hawser::database db, position) -> task<> {
         co_await db.run_script("update positions set symbol = symbol || 'Q';"
                                "update positions set symbol = symbol || 'R'");
     }},
};
const sample leased[] = {
    {"transaction", "", "",
     [](hawser::database db, position) -> task<> {
         co_await db.transaction([](hawser::transaction& tx) -> task<> { co_await insert_q(tx); });
     }},
    {"session", "", "",
     [](hawser::database db, position) -> task<> {
         hawser::session s = co_await db.session();
         co_await insert_q(s);
         co_await s.close();
     }},
};

const sample other_kinds[] = {
    {"set-update", "", "",
     [](hawser::database db, position) -> task<> {
         co_await hawser::repository<position>{db}
             .where(hawser::col<&position::symbol> == "P")
             .update(hawser::set<&position::quantity>(6));
     }},
    {"erase", "", "",
     [](hawser::database db, position p) -> task<> {
         co_await hawser::repository<position>{db}.erase(p.id);
     }},
    {"bulk_update", "", "",
     [](hawser::database db, position p) -> task<> {
         p.quantity = 5;
         std::vector<position> rows{p};
         co_await hawser::repository<position>{db}.bulk_update(rows);
     }},
    {"bulk_upsert", "", "",
     [](hawser::database db, position p) -> task<> {
         p.quantity = 4;
         std::vector<position> rows{p, make_position("Q")};
         co_await hawser::repository<position>{db}.bulk_upsert(rows);
     }},
    {"bulk_erase", "", "",
     [](hawser::database db, position p) -> task<> {
         std::vector<std::int64_t> keys{p.id};
         co_await hawser::repository<position>{db}.bulk_erase(keys);
     }},
    {"copy_in", "", "",
     [](hawser::database db, position) -> task<> {
         std::vector<position> rows{make_position("Q"), make_position("R")};
         co_await hawser::repository<position>{db}.copy_in(rows);
     }},
};

std::vector<sample> every_kind() {
    std::vector<sample> all(std::begin(all_kinds), std::end(all_kinds));
    all.insert(all.end(), std::begin(leased), std::end(leased));
    all.insert(all.end(), std::begin(other_kinds), std::end(other_kinds));
    return all;
}

// Room for one call, which a transaction holds up that keeps the writer, or a lock on PostgreSQL.
struct full_queue {
    explicit full_queue(const support::fresh_place& at) {
        using namespace std::chrono_literals;
        hawser::open_options o;
        o.sqlite.hold_total = o.sqlite.hold_idle = 1h;
        o.sqlite.queue_jobs = o.postgres.queue_jobs = 1;
        o.statement_timeout = 0ms;
        db.emplace(hawser::run(hawser::open(at.url(), o)));
        hawser::run(db->create_tables<position, trade, prediction>());
        if (at.on_postgres()) {
            lock.emplace(at.server().look());
            lock->exec("begin; lock table positions");
        } else {
            holder.emplace(hawser::run(db->begin()));
        }
        first.start(insert_q(*db));
        CHECK(count().inside == 1);
    }
    ~full_queue() { hawser::run(db->close()); }
    full_queue(const full_queue&) = delete;
    full_queue& operator=(const full_queue&) = delete;

    [[nodiscard]] hawser::async::gate::counts count() const {
        return db->get().database->engine->room().count();
    }
    // The others are served, and no place is lost.
    void check_served(const std::string& expected) {
        if (lock)
            lock->exec("rollback");
        else
            hawser::run(holder->commit());
        CHECK(first.end() == "done");
        position z = make_position("Z");
        hawser::run(hawser::repository<position>{*db}.insert(z));
        const auto symbols = hawser::run(hawser::repository<position>{*db}
                                             .order_by(hawser::asc<&position::symbol>)
                                             .pluck<&position::symbol>());
        std::string found;
        for (const auto& s : symbols) found += s;
        CHECK(found == expected);
        CHECK(count().waiting == 0);
    }

    std::optional<hawser::database> db;
    std::optional<support::raw_postgres> lock;
    std::optional<hawser::transaction> holder;
    cancellable first;
};

} // namespace

TEST_CASE("an operation that is made and not awaited does nothing and leaves nothing behind", "[db]") {
    const bool lease = GENERATE(false, true);
    on_each_quiet_market([&](quiet_market& m) {
        const auto drop = [&](const sample& s) {
            INFO(s.name);
            const auto never_awaited = s.run(*m.db, m.p);
        };
        if (lease)
            for (const auto& s : leased) drop(s);
        else
            for (const auto& s : all_kinds) drop(s);
        {
            position q = make_position("Q");
            const hawser::repository<position> positions{*m.db};
            const auto insert = positions.insert(q);
            const auto patch = positions.update(m.p.id, hawser::set<&position::quantity>(7));
            const auto begun = m.db->begin();
            const auto text = m.db->run_script("delete from positions");
        }
        CHECK(m.at_rest());
        CHECK(m.content() == "P:0");
    });
}

// Asio posts a cancellation behind the first step, so that the write may be under way when it comes.
TEST_CASE("a coroutine destroyed before its first step does nothing, one cancelled there is told the truth",
          "[db]") {
    const auto& s = GENERATE(from_range(std::begin(all_kinds), std::end(all_kinds)));
    const bool destroyed = GENERATE(false, true);
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        asio::co_spawn(*c.io, s.run(*m.db, m.p),
                       asio::bind_cancellation_slot(c.signal.slot(), [&c](std::exception_ptr e) {
                           c.ended = true;
                           c.failure = std::move(e);
                       }));
        if (destroyed) {
            c.io.reset();
            CHECK_FALSE(c.ended);
            CHECK(m.content() == "P:0");
        } else {
            c.cancel(cancellation_type::terminal);
            const auto how = c.end();
            c.rest();
            if (m.server != nullptr && how == "cancelled, may be stored") {
                const auto content = m.content();
                CHECK((content == s.leaves || content == "P:0"));
            } else {
                CHECK((how == "cancelled" || how == "aborted" || how == "done"));
                CHECK(m.content() == (how == "done" ? s.leaves : "P:0"));
            }
        }
        CHECK(m.at_rest());
    });
}

TEST_CASE("whatever a coroutine awaits that is cancelled already ends in that co_await and does not begin",
          "[db]") {
    const auto type =
        GENERATE(cancellation_type::total, cancellation_type::partial, cancellation_type::terminal);
    const bool asio_throws = GENERATE(true, false); // else the operation itself finds that it is cancelled
    on_each_quiet_market([&](quiet_market& m) {
        for (const sample& s : every_kind()) {
            INFO(s.name);
            cancellable c;
            bool entered = false;
            const auto late = [&](hawser::database db) -> task<> {
                co_await asio::post(asio::use_awaitable);
                co_await asio::this_coro::throw_if_cancelled(asio_throws);
                c.cancel(type);
                entered = true;
                co_await s.run(db, m.p);
            };
            c.start(late(*m.db));
            CHECK(c.end() == (asio_throws ? "aborted" : "cancelled"));
            CHECK(entered);
            CHECK(m.content() == "P:0");
            CHECK(m.at_rest());
        }
    });
}

// Its first step, which comes before the cancellation is heard, meets a queue that is held.
TEST_CASE("whatever is cancelled before its first step does not begin", "[db]") {
    const auto all = every_kind();
    const auto& s = GENERATE_REF(from_range(all.begin(), all.end()));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        for (const auto type : every_type) {
            CAPTURE(type);
            cancellable c;
            held_queue held(m, c);
            auto run = [](task<> op) -> task<> {
                co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
                co_await std::move(op);
            };
            asio::co_spawn(*c.io, run(s.run(*m.db, m.p)),
                           asio::bind_cancellation_slot(c.signal.slot(), [&c](std::exception_ptr e) {
                               c.ended = true;
                               c.failure = std::move(e);
                           }));
            c.cancel(type);
            const auto how = c.end();
            CHECK((how == "cancelled" || how == "aborted"));
            held.let_go();
            CHECK(m.at_rest());
            CHECK(m.content() == "P:0");
        }
    });
}

TEST_CASE("what waits for room in the queue is cancelled by every type, and gives up no other's place",
          "[db]") {
    const auto type = GENERATE(from_range(every_type));
    support::on_each_engine([&](const support::fresh_place& place) {
        full_queue q(place);
        cancellable waits;
        cancellable behind;
        position other = make_position("W");
        waits.start(hawser::repository<position>{*q.db}.insert(other));
        const auto insert_x = [](hawser::database db) -> task<> {
            position x = make_position("X");
            co_await hawser::repository<position>{db}.insert(x);
        };
        behind.start(insert_x(*q.db));
        CHECK(q.count().waiting == 2);
        waits.cancel(type);
        CHECK(waits.end() == "cancelled");
        CHECK(behind.how().empty());
        std::string how;
        std::thread io([&] { how = behind.end(); });
        q.check_served("QXZ");
        io.join();
        CHECK(how == "done");
    });
}

TEST_CASE("an owner that is destroyed while it waits for room gives up no other's place", "[db]") {
    support::on_each_engine([&](const support::fresh_place& place) {
        full_queue q(place);
        {
            cancellable waits;
            position other = make_position("W");
            waits.start(hawser::repository<position>{*q.db}.insert(other));
            cancellable transaction;
            const auto opens = [](hawser::database db) -> task<> {
                co_await db.transaction([](hawser::transaction& tx) -> task<> { co_await insert_q(tx); });
            };
            transaction.start(opens(*q.db));
            CHECK(q.count().waiting == 2);
            waits.io.reset();
            transaction.io.reset();
        }
        q.check_served("QZ");
    });
}

TEST_CASE("an owner that is destroyed between the commit and its resumption has stored its work",
          "[db][concurrency]") {
    const auto& s = GENERATE(from_range(std::begin(all_kinds), std::end(all_kinds)));
    INFO(s.name);
    on_each_quiet_market([&](quiet_market& m) {
        cancellable c;
        held_statement held(m, s.part);
        c.start(s.run(*m.db, m.p));
        held.wait_for(c);
        held.let_go();
        m.wait_for(s.leaves);
        CHECK_FALSE(c.ended);
        c.io.reset();
        CHECK_FALSE(c.ended);
        CHECK(m.content() == s.leaves);
        CHECK(m.at_rest());
    });
}

TEST_CASE("a handle whose owner is destroyed between its COMMIT and its resumption is committed",
          "[db][concurrency]") {
    on_each_quiet_market([&](quiet_market& m) {
        std::optional<hawser::transaction> tx;
        {
            cancellable c;
            const auto begins = [&](hawser::database db) -> task<> {
                auto begun = co_await db.begin();
                tx.emplace(std::move(begun));
                co_await insert_q(*tx);
            };
            held_commit held(m);
            c.carry_out(begins(*m.db));
            c.start(tx->commit());
            held.wait_for(c);
            held.let_go();
            m.wait_for("P:0 Q:0");
            c.io.reset();
            CHECK_FALSE(c.ended);
        }
        tx.reset();
        position z = make_position("Z");
        hawser::run(hawser::repository<position>{*m.db}.insert(z));
        CHECK(m.content() == "P:0 Q:0 Z:0");
        CHECK(m.at_rest());
    });
}
