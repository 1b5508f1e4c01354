// Connections that rest: how many are kept, for how long, and whether they are tried before they are lent.
#include "outcomes.hpp"
#include "postgres/home.hpp"
#include "postgres/lease.hpp"
#include "support/catch.hpp"
#include <array>
#include <boost/asio/detached.hpp>
#include <thread>
#include <vector>

using hawser::errc;
using hawser::engine::verb;
using support::begin;
using support::on_lease;
using support::question;
using support::read;
using support::script;
using namespace outcomes;
using namespace std::chrono_literals;

namespace {

// One context's connections, without a driver and its watchdog: what becomes of them when is up to the test.
class one_home final : public hawser::engine::engine {
public:
    one_home(const hawser::postgres::settings& s, asio::io_context& io)
        : core_(std::make_shared<hawser::postgres::core>(s)),
          home_(hawser::postgres::home::make(core_, io.get_executor())) {}
    ~one_home() override { home_->shut(true); }
    hawser::postgres::home* operator->() { return home_.get(); }

    const hawser::engine::capabilities& describe() const noexcept override { return capabilities_; }
    hawser::async::gate& room() noexcept override { return core_->room; }
    void submit(hawser::engine::job_ptr j) noexcept override {
        if (!j->on) return home_->submit(std::move(j));
        const auto lease = hawser::postgres::held_lease::behind(j->on);
        j->what == verb::begin ? lease->start(home_, std::move(j)) : lease->submit(std::move(j));
    }
    using hawser::engine::engine::make_lease;
    std::shared_ptr<hawser::engine::lease> make_lease(hawser::engine::lease_terms terms) override {
        return hawser::postgres::held_lease::make(std::move(terms), {}, core_->room, nullptr);
    }
    void close(hawser::engine::job_ptr) noexcept override {}
    // As another context's connections would, which wait for one.
    [[nodiscard]] bool spares() const {
        struct stranger final : hawser::postgres::core::neighbour {
            void room_found(bool) noexcept override {}
            bool spare_one() noexcept override { return false; }
        };
        return core_->ask_for_room(stranger());
    }
    [[nodiscard]] unsigned wanting() const { return core_->wanting; }

private:
    const std::shared_ptr<hawser::postgres::core> core_;
    const std::shared_ptr<hawser::postgres::home> home_;
    hawser::engine::capabilities capabilities_;
};

// The server process of a transaction's connection.
std::int32_t begun(asio::io_context& io, const support::engine_ptr& e,
                   const std::shared_ptr<hawser::engine::lease>& lease) {
    const outcome o = done(io, e, begin(lease));
    if (o.failure) std::rethrow_exception(o.failure);
    const question pid = on_lease(lease, read("select pg_backend_pid()::text"));
    REQUIRE(done(io, e, pid).is_well());
    return std::stoi(pid.rows().rows.at(0).at(0));
}
std::int32_t lent(asio::io_context& io, const support::engine_ptr& e) {
    const auto lease = e->make_lease("one", false);
    const std::int32_t pid = begun(io, e, lease);
    REQUIRE(done(io, e, on_lease(lease, verb::rollback)).is_well());
    return pid;
}
std::string shared(asio::io_context& io, const support::engine_ptr& e) {
    const question pid = read("select pg_backend_pid()::text");
    REQUIRE(done(io, e, pid).is_well());
    return pid.rows().rows.at(0).at(0);
}

// So many connections at rest that were lent.
template <std::size_t N>
std::array<std::int32_t, N> rested(asio::io_context& io, const support::engine_ptr& e) {
    std::array<std::shared_ptr<hawser::engine::lease>, N> leases;
    std::array<std::int32_t, N> all{};
    for (std::size_t i = 0; i < N; ++i) {
        leases[i] = e->make_lease("one", false);
        all[i] = begun(io, e, leases[i]);
    }
    for (const auto& l : leases) REQUIRE(done(io, e, on_lease(l, verb::rollback)).is_well());
    return all;
}

} // namespace

TEST_CASE("connections that nobody needs are closed after their rest, but for those that are kept",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.kept_connections = 2;
    asio::io_context io;
    const auto e = std::make_shared<one_home>(s, io);
    auto& home = *e;
    static_cast<void>(shared(io, e));
    const auto all = rested<3>(io, e);
    auto look = fresh.look();
    const auto now = hawser::clock::now();
    const auto next = home->expire(now + 59s);
    CHECK(next > now + 59s);
    CHECK(next < now + 61s);
    CHECK(connections_to(look) == 4);
    // Those that have rested for longest are closed.
    static_cast<void>(home->expire(now + 61s));
    CHECK(until(io, [&] { return connections_to(look) == 2; }));
    CHECK(lent(io, e) == all[2]);
    CHECK(home->expire(now + 2min) > now + 30min);
    CHECK(connections_to(look) == 2);
}

TEST_CASE(
    "a shared connection that nobody uses is closed after its rest, and another is made for the next call",
    "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.kept_connections = 0;
    asio::io_context io;
    const auto e = std::make_shared<one_home>(s, io);
    auto& home = *e;
    const auto first = shared(io, e);
    const auto now = hawser::clock::now();
    auto look = fresh.look();
    static_cast<void>(home->expire(now));
    CHECK(shared(io, e) == first);
    static_cast<void>(home->expire(now + 61s)); // it was used since it was looked at before
    CHECK(connections_to(look) == 1);
    static_cast<void>(home->expire(now + 122s));
    CHECK(until(io, [&] { return connections_to(look) == 0; }));
    CHECK(shared(io, e) != first);
}

TEST_CASE("a connection is closed at its age without anybody asking", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.recycle_after = 100ms;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    static_cast<void>(shared(io, e));
    const auto lease = e->make_lease("one", false);
    const auto held = begun(io, e, lease);
    auto look = fresh.look();
    // That of a transaction stays until it ends.
    CHECK(until(io, [&] { return connections_to(look) == 1; }));
    CHECK(done(io, e, on_lease(lease, read("select 1"))).is_well());
    CHECK(done(io, e, on_lease(lease, verb::rollback)).is_well());
    CHECK(until(io, [&] { return connections_to(look) == 0; }));
    CHECK(lent(io, e) != held);
    support::close(e);
}

TEST_CASE("a shared connection that is too old ends what it has, and others go to a new one", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.shared_connections = 1;
    asio::io_context io;
    const auto e = std::make_shared<one_home>(s, io);
    auto& home = *e;
    const auto old = shared(io, e);
    auto look = fresh.look();
    auto lock = fresh.look();
    lock.exec("select pg_advisory_lock(1)");
    const question slow =
        support::write("select pg_advisory_lock(1), pg_advisory_unlock(1)"); // not sent again
    outcome o;
    send(io, e, slow, o);
    const std::string waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted";
    REQUIRE(until(io, [&] { return look.integer(waiting) == 1; }));
    static_cast<void>(home->expire(hawser::clock::now() + 2h));
    CHECK(shared(io, e) != old);
    CHECK(!o.ended);
    lock.exec("select pg_advisory_unlock(1)");
    CHECK(until(io, [&] { return o.ended; }));
    CHECK(o.is_well());
    const auto alive = "select count(*) from pg_stat_activity where pid = " + old;
    CHECK(until(io, [&] { return look.integer(alive) == 0; }));
}

TEST_CASE("one that does not answer when it is tried is replaced, with those that rested for as long",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.ping_after = 0ms;
    const auto e = hawser::postgres::open(s);
    asio::io_context io;
    const auto all = rested<3>(io, e);
    for (const std::int32_t pid : all) fresh.cluster().freeze(pid);
    const auto lease = e->make_lease("one", false);
    const auto pid = begun(io, e, lease);
    for (const std::int32_t frozen : all) {
        CHECK(pid != frozen);
        fresh.cluster().thaw(frozen);
    }
    auto look = fresh.look();
    CHECK(until(io, [&] { return connections_to(look) == 1; }));
    CHECK(done(io, e, on_lease(lease, verb::rollback)).is_well());
    support::close(e);
}

TEST_CASE("no connection is wanted for those who have waited in vain", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 1;
    asio::io_context io;
    const auto e = std::make_shared<one_home>(s, io);
    auto& home = *e;
    const auto holds = e->make_lease("holds", false);
    static_cast<void>(begun(io, e, holds));
    std::vector<question> all;
    std::vector<outcome> became(10);
    const auto now = hawser::clock::now();
    for (outcome& o : became) {
        const auto lease = e->make_lease("waits", false);
        all.push_back(begin(lease));
        if (all.size() > 1) all.back().until(now + 1h); // the first waits for ever
        send(io, e, all.back(), o);
    }
    io.restart();
    io.poll();
    CHECK(e->wanting() == 10);
    static_cast<void>(home->expire(now + 59min));
    CHECK(e->wanting() == 10);
    static_cast<void>(home->expire(now + 1h));
    CHECK(e->wanting() == 1);
    CHECK(done(io, e, on_lease(holds, verb::rollback)).is_well());
    CHECK(became[0].is_well());
    for (std::size_t i = 1; i < became.size(); ++i) CHECK(became[i].kind() == errc::statement_timeout);
    CHECK(e->wanting() == 0);
}

TEST_CASE("closing while a connection is tried refuses whoever waits for that", "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.ping_after = 0ms;
    asio::io_context io;
    const auto e = std::make_shared<one_home>(s, io);
    auto& home = *e;
    const auto pid = lent(io, e);
    fresh.cluster().freeze(pid);
    const auto lease = e->make_lease("one", false);
    const question opens = begin(lease);
    outcome o;
    send(io, e, opens, o);
    io.restart();
    io.poll();
    CHECK(!home->at_rest());
    home->shut(false);
    CHECK(home->at_rest());
    fresh.cluster().thaw(pid);
    run(io);
    REQUIRE(o.ended);
    CHECK(o.kind() == errc::closed);
}

TEST_CASE("a connection that rests goes when its time has come, whatever the driver asks of it",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.kept_connections = 0;
    asio::io_context io;
    const auto e = std::make_shared<one_home>(s, io);
    auto& home = *e;
    auto look = fresh.look();
    static_cast<void>(lent(io, e));
    REQUIRE(connections_to(look) == 1);
    home->forget_statements(); // whose answer nobody reads: the context does not run
    SECTION("it has rested for long enough") {
        static_cast<void>(home->expire(hawser::clock::now() + 61s));
    }
    SECTION("its place is needed") {
        CHECK(e->spares());
    }
    const auto late = hawser::clock::now() + 20s;
    while (connections_to(look) > 0 && hawser::clock::now() < late) std::this_thread::sleep_for(1ms);
    CHECK(connections_to(look) == 0);
}

TEST_CASE("closing refuses those who wait for a connection, each once, and waits for who has one",
          "[postgres]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto s = settings_for(fresh);
    s.max_connections = 1;
    s.shared_connections = 1;
    const std::string ends = GENERATE("it commits", "it is dropped", "it does not end");
    if (ends == "it does not end") s.close_after = 1ms;
    asio::io_context io;
    const auto e = hawser::postgres::open(s);
    auto holds = e->make_lease("holds", false);
    static_cast<void>(begun(io, e, holds));
    REQUIRE(done(io, e, on_lease(holds, script("create table t (v bigint); insert into t values (1)")))
                .is_well());
    std::array<std::shared_ptr<hawser::engine::lease>, 3> leases;
    std::array<outcome, 3> waiting;
    std::array<int, 3> endings{};
    for (std::size_t i = 0; i < leases.size(); ++i) {
        leases[i] = e->make_lease("waits", false);
        asio::co_spawn(io, support::send(e, begin(leases[i]).job), [&, i](std::exception_ptr failure) {
            ++endings[i];
            waiting[i] = {true, std::move(failure)};
        });
    }
    io.restart();
    io.poll();
    CHECK(endings == std::array<int, 3>{});
    const auto closing = hawser::engine::job::make();
    bool closed = false;
    const auto close = [&]() -> hawser::task<> {
        co_await hawser::async::wait(*closing, [&] { e->close(closing); });
        closed = true;
    };
    asio::co_spawn(io, close(), asio::detached);
    REQUIRE(until(io, [&] { return endings == std::array<int, 3>{1, 1, 1}; }));
    for (const outcome& o : waiting) CHECK(o.kind() == errc::closed);
    if (ends == "it commits") {
        CHECK(!closed);
        CHECK(done(io, e, on_lease(holds, verb::commit)).is_well());
    } else if (ends == "it is dropped") {
        CHECK(!closed);
        holds.reset();
    }
    CHECK(until(io, [&] { return closed; }));
    run(io);
    CHECK(endings == std::array<int, 3>{1, 1, 1});
    auto look = fresh.look();
    CHECK(until(io, [&] { return connections_to(look) == 0; }));
    CHECK(look.integer("select count(*) from pg_tables where tablename = 't'") == (ends == "it commits"));
    CHECK(done(io, e, begin(e->make_lease("late", false))).kind() == errc::closed);
}
