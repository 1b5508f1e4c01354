// Statements with rows left: they keep no COMMIT from succeeding, and nothing comes out of them afterwards.
#include "on_each_market.hpp"
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>
#include <mutex>

using namespace market;
using hawser::errc;

namespace {

task<> insert_many(hawser::executor_ref on, int count) {
    std::vector<position> rows;
    for (int i = 0; i < count; ++i) rows.push_back(make_position("S" + std::to_string(i)));
    co_await hawser::repository<position>{on}.bulk_insert(rows);
}

// What an observer is told, one line each: "begins positions.insert in maintenance".
class account final : public hawser::observer {
public:
    void on(const hawser::statement_started& e) noexcept override { note("begins", e.name, e.within); }
    void on(const hawser::statement_ended& e) noexcept override {
        note(e.failure ? "fails" : "ends", e.name, e.within);
    }
    void on(const hawser::transaction_ended& e) noexcept override {
        note(e.outcome == hawser::transaction_outcome::committed ? "committed" : "undone", e.name, {});
    }
    [[nodiscard]] std::vector<std::string> told() const {
        const std::lock_guard lock(mutex_);
        return told_;
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        told_.clear();
    }

private:
    void note(const char* what, std::string_view name, std::string_view within) noexcept {
        const std::lock_guard lock(mutex_);
        told_.push_back(what + (' ' + std::string(name)) + (within.empty() ? "" : " in ") +
                        std::string(within));
    }
    mutable std::mutex mutex_;
    std::vector<std::string> told_;
};

// How it fails behind the rows that are here already.
template <class Row>
task<hawser::error> end_of(hawser::row_stream<Row>& rows, int& seen) {
    const auto drain = [](auto& from, int& count) -> task<> {
        while (co_await from.next()) ++count;
    };
    return error_of(drain(rows, seen));
}

// Ends the whole transaction, in SQLite's own way.
task<hawser::error> offend(hawser::transaction& tx, bool by_trigger) {
    if (!by_trigger)
        co_return co_await error_of(
            tx.execute(hawser::sql("insert or rollback into positions select * from positions limit 1")));
    position x = make_position("X");
    hawser::repository<position> positions{tx};
    co_return co_await error_of(positions.insert(x));
}

constexpr const char* no_x = "create trigger no_x before insert on positions when new.symbol = 'X' begin "
                             "select raise(rollback, 'no X'); end";

} // namespace

TEST_CASE("a transaction commits, rolls back and undoes savepoints while its streams are open", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        co_await insert_many(db, 50);
        hawser::transaction tx = co_await db.begin();
        hawser::repository<position> positions{tx};
        auto first = positions.order_by(hawser::asc<&position::id>).stream(5);
        auto second = positions.stream(7);
        (void)co_await first.next();
        (void)co_await second.next();
        const auto fails = [](hawser::transaction& sp) -> task<> {
            position p = make_position("undone");
            co_await hawser::repository<position>{sp}.insert(p);
            throw std::runtime_error("undo it");
        };
        bool undone = false;
        try {
            co_await tx.savepoint(fails);
        } catch (const std::runtime_error&) { undone = true; }
        CHECK(undone);
        co_await positions.update(hawser::all_rows, hawser::set<&position::quantity>(1));
        co_await tx.commit();
        const auto late = co_await error_of([](auto& stream) -> task<int> {
            int rows = 0;
            while (co_await stream.next()) ++rows;
            co_return rows;
        }(first));
        CHECK(late.kind() == errc::misuse);
        const auto changed =
            co_await hawser::repository<position>{db}.where(col<&position::quantity> == 1).count();
        CHECK(changed == 50);
        hawser::transaction other = co_await db.begin();
        auto third = hawser::repository<position>{other}.stream(5);
        (void)co_await third.next();
        co_await hawser::repository<position>{other}.erase(hawser::all_rows);
        co_await other.rollback();
        const auto left = co_await hawser::repository<position>{db}.count();
        CHECK(left == 50);
    });
}

TEST_CASE("a stream that is dropped in mid-row keeps nobody from committing", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        co_await insert_many(db, 50);
        {
            auto rows = hawser::repository<position>{db}.stream(5);
            (void)co_await rows.next();
            if (db.get().database->engine->describe().reads_beside_writes) {
                position p = make_position("beside");
                co_await hawser::repository<position>{db}.insert(p);
            }
        }
        position p = make_position("behind");
        co_await hawser::repository<position>{db}.insert(p);
        const auto found =
            co_await hawser::repository<position>{db}.where(col<&position::symbol> == "behind").count();
        CHECK(found == 1);
    });
}

TEST_CASE("a write that returns more rows than were wanted is undone alone, in a group and in a transaction",
          "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        co_await insert_many(db, 3);
        const auto alone = co_await error_of(
            db.query_one<std::int64_t, "update positions set quantity = 500000000 returning id">());
        CHECK(alone.kind() == errc::too_many_rows);
        hawser::transaction tx = co_await db.begin();
        const auto too_many = [](hawser::transaction& in) -> task<> {
            co_await in.query_one<std::int64_t, "update positions set quantity = 500000000 returning id">();
        };
        const auto inside = co_await error_alone(tx, too_many);
        CHECK(inside.kind() == errc::too_many_rows);
        position p = make_position("kept");
        co_await hawser::repository<position>{tx}.insert(p);
        co_await tx.commit();
        const auto raised =
            co_await hawser::repository<position>{db}.where(col<&position::quantity> == 5).count();
        CHECK(raised == 0);
        const auto all = co_await hawser::repository<position>{db}.count();
        CHECK(all == 4);
    });
}

TEST_CASE("a session's transaction that SQLite ends takes the open streams with it, and the session goes on",
          "[db]") {
    const bool by_trigger = GENERATE(false, true);
    account seen;
    on_market(GENERATE(where::file, where::memory),
              [&](hawser::database db) -> task<> {
                  co_await insert_many(db, 50);
                  co_await db.run_script(no_x);
                  hawser::session s = co_await db.session({.name = "maintenance"});
                  hawser::repository<position> beside{s};
                  seen.forget();
                  auto before = beside.order_by(hawser::asc<&position::id>).stream(5);
                  (void)co_await before.next();
                  hawser::transaction tx = co_await s.begin({.name = "inner"});
                  hawser::repository<position> inside{tx};
                  position lost = make_position("lost");
                  co_await inside.insert(lost);
                  auto rows = inside.order_by(hawser::desc<&position::id>).stream(5);
                  const position* first = co_await rows.next();
                  CHECK(first->symbol == "lost");
                  const auto offence = co_await offend(tx, by_trigger);
                  CHECK(offence.kind() == (by_trigger ? errc::check_violation : errc::unique_violation));

                  int of_tx = 0;
                  const auto end = co_await end_of(rows, of_tx);
                  CHECK(of_tx == 4); // the rest of the batch that was here
                  CHECK(end.id() == "DB_TXN_001");
                  CHECK_THAT(end.what(),
                             support::contains_text("transaction 'inner' was ended by a statement in it"));
                  const auto again = co_await error_of(rows.next());
                  CHECK(again.kind() == errc::misuse);
                  int of_session = 0;
                  const auto other = co_await end_of(before, of_session);
                  CHECK(of_session == 4);
                  CHECK(other.kind() == errc::misuse);
                  CHECK_THAT(other.what(), support::contains_text("a transaction of its session has ended"));
                  const auto late = co_await error_of(tx.commit());
                  CHECK(late.id() == "DB_TXN_001");

                  position kept = make_position("kept");
                  co_await beside.insert(kept);
                  const auto body = [](hawser::transaction& second) -> task<> {
                      position q = make_position("second");
                      co_await hawser::repository<position>{second}.insert(q);
                      auto all = hawser::repository<position>{second}.stream(100);
                      int count = 0;
                      while (co_await all.next()) ++count;
                      CHECK(count == 52);
                  };
                  co_await s.transaction(body, {.name = "second"});
                  co_await s.close();
                  const std::string offender = by_trigger ? "positions.insert" : "sql";
                  CHECK(seen.told() == std::vector<std::string>{
                                           "begins positions.select in maintenance",
                                           "begins positions.insert in inner",
                                           "ends positions.insert in inner",
                                           "begins positions.select in inner",
                                           "begins " + offender + " in inner",
                                           "fails " + offender + " in inner",
                                           "ends positions.select in maintenance",
                                           "ends positions.select in inner",
                                           "undone inner",
                                           "begins positions.insert in maintenance",
                                           "ends positions.insert in maintenance",
                                           "begins positions.insert in second",
                                           "ends positions.insert in second",
                                           "begins positions.select in second",
                                           "ends positions.select in second",
                                           "committed second",
                                       });
                  const auto gone = co_await hawser::repository<position>{db}
                                        .where(col<&position::symbol>.in("lost", "X"))
                                        .count();
                  CHECK(gone == 0);
              },
              {.observer = &seen});
}

TEST_CASE("a transaction that SQLite ends takes its open stream with it, and says so", "[db]") {
    const bool by_trigger = GENERATE(false, true);
    account seen;
    on_market(GENERATE(where::file, where::memory),
              [&](hawser::database db) -> task<> {
                  co_await insert_many(db, 50);
                  co_await db.run_script(no_x);
                  seen.forget();
                  hawser::transaction tx = co_await db.begin({.name = "desk"});
                  auto rows = hawser::repository<position>{tx}.stream(5);
                  (void)co_await rows.next();
                  (void)co_await offend(tx, by_trigger);
                  int left = 0;
                  const auto end = co_await end_of(rows, left);
                  CHECK(left == 4);
                  CHECK(end.id() == "DB_TXN_001");
                  CHECK_THAT(end.what(),
                             support::contains_text("transaction 'desk' was rolled back by an error"));
                  position next = make_position("next");
                  co_await hawser::repository<position>{db}.insert(next); // the writer is free
                  const auto told = seen.told();
                  const auto has = [&](const char* line) {
                      return std::find(told.begin(), told.end(), line) != told.end();
                  };
                  CHECK(has("ends positions.select in desk"));
                  CHECK(has("undone desk"));
                  CHECK(has("ends positions.insert"));
              },
              {.observer = &seen});
}
