// The code of docs/guides/cancellation.md.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <hawser/hawser.hpp>
#include <iostream>

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct note {
    std::int64_t id{};
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(note, (), (id, text))
consteval auto hawser_table(hawser::of<note>) {
    return hawser::table<note>("notes", hawser::primary_key<&note::id>.generated());
}

// Ends only when it is stopped.
hawser::task<std::int64_t> count_for_ever(const hawser::executor_ref& on) {
    return on.query_one<std::int64_t, "with recursive n(i) as (select 1 union all select i + 1 from n) "
                                      "select count(*) from n">();
}

hawser::task<> deadlines(hawser::database db) {
    // [deadline]
    const auto quick = db.with({.timeout = 50ms, .name = "risk.load"});
    const auto r = co_await hawser::as_result(count_for_ever(quick));
    if (!r && r.error().kind() == hawser::errc::statement_timeout) std::cout << "too slow\n";
    // [/deadline]
}

hawser::task<> races(hawser::database db) {
    // [race]
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, 20ms);
    auto query = count_for_ever(db);
    const auto first = co_await (std::move(query) || timer.async_wait(asio::use_awaitable));
    std::cout << (first.index() == 0 ? "counted\n" : "given up\n");
    // [/race]
}

void signals(const hawser::database& db) {
    // [signal]
    asio::io_context io;
    asio::cancellation_signal stop;
    const auto ended = [](std::exception_ptr failure, std::int64_t) {
        try {
            if (failure) std::rethrow_exception(failure);
        } catch (const hawser::error& e) { std::cout << hawser::to_string(e.kind()) << '\n'; }
    };
    asio::co_spawn(io, count_for_ever(db), asio::bind_cancellation_slot(stop.slot(), ended));
    asio::steady_timer timer(io, 20ms);
    timer.async_wait([&](auto) { stop.emit(asio::cancellation_type::terminal); }); // where the task runs
    io.run();
    // [/signal]
}

hawser::task<> clean_up(hawser::database db, asio::cancellation_signal& stop) {
    asio::steady_timer timer(co_await asio::this_coro::executor, 20ms);
    timer.async_wait([&](auto) { stop.emit(asio::cancellation_type::terminal); });
    // [clean-up]
    const auto r = co_await hawser::as_result(count_for_ever(db));
    if (!r && r.error().kind() == hawser::errc::cancelled) {
        co_await asio::this_coro::reset_cancellation_state(); // without it the next co_await throws at once
        note n{.text = "stopped while counting"};
        co_await hawser::repository<note>{db}.insert(n);
    }
    // [/clean-up]
}

hawser::task<> finish(hawser::database db, asio::cancellation_signal& stop) {
    stop.emit(asio::cancellation_type::terminal);
    // [finish]
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation()); // from here on
    note n{.text = "last words"};
    co_await hawser::repository<note>{db}.insert(n);
    // [/finish]
}

hawser::task<> guide() {
    hawser::database db = co_await hawser::open("sqlite:cancellation.db");
    co_await db.create_tables<note>();
    co_await deadlines(db);
    co_await races(db);
    signals(db);

    asio::io_context io;
    asio::cancellation_signal one, two;
    const auto print = [](std::exception_ptr failure) {
        std::cout << (failure ? "failed\n" : "cleaned up\n");
    };
    asio::co_spawn(io, clean_up(db, one), asio::bind_cancellation_slot(one.slot(), print));
    asio::co_spawn(io, finish(db, two), asio::bind_cancellation_slot(two.slot(), print));
    io.run();
    const auto all =
        co_await hawser::repository<note>{db}.order_by(hawser::asc<&note::text>).pluck<&note::text>();
    for (const auto& text : all) std::cout << text << '\n';
    co_await db.close();
}

int main() {
    hawser::run(guide());
}

// prints:
//   too slow
//   given up
//   cancelled
//   cleaned up
//   cleaned up
//   last words
//   stopped while counting
