#include "strategies.hpp"
#include "run_all.hpp"
#include "stop.hpp"
#include <atomic>
#include <mutex>

namespace day {
namespace {

using hawser::trading::order;
using hawser::trading::order_type;
using hawser::trading::trade;

// Hands the ticks out, each to one strategy.
class counter {
public:
    explicit counter(feed<tick>& ticks) : ticks_(ticks) {}

    // The number of the tick, from 1; 0 when there are no more.
    std::uint64_t take(tick& to) {
        const std::lock_guard lock(mutex_);
        if (closed_ || stop_requested() || !ticks_.next(to)) return 0;
        return ++taken_;
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }

private:
    std::mutex mutex_;
    feed<tick>& ticks_;
    std::uint64_t taken_ = 0;
    bool closed_ = false;
};

void fill_in(order& asked, trade& done, const tick& t, std::uint64_t number, std::int64_t position_id) {
    asked.order_id = order_name(number);
    asked.symbol = t.symbol;
    asked.type = order_type::limit;
    asked.quantity = t.size;
    asked.price = t.price;
    done.position_id = position_id;
    done.symbol = t.symbol;
    done.quantity = t.size;
    done.price = t.price;
    done.executed_at = t.at;
    done.exchange = t.exchange;
}

hawser::task<void> follow_ticks(market& m, counter& ticks, std::atomic<std::uint64_t>& committed) {
    tick t;
    while (const std::uint64_t number = ticks.take(t)) {
        order asked;
        trade done;
        fill_in(asked, done, t, number, m.positions.at(t.symbol));
        const auto begun = std::chrono::steady_clock::now();
        co_await m.desk.record_fill(asked, done);
        m.units.add(std::chrono::steady_clock::now() - begun);
        m.acknowledge.order(asked.order_id);
        committed.fetch_add(1, std::memory_order_relaxed);
        m.shown.add();
    }
}

// One strategy's failure is the end of the day for all.
hawser::task<void> strategy(market& m, counter& ticks, std::atomic<std::uint64_t>& committed) {
    try {
        co_await follow_ticks(m, ticks, committed);
    } catch (...) {
        ticks.close();
        throw;
    }
}

} // namespace

hawser::task<position_keys> open_positions(hawser::trading::desk desk, const std::set<std::string>& symbols) {
    position_keys keys;
    for (const std::string& symbol : symbols) {
        hawser::trading::position p;
        p.symbol = symbol;
        co_await desk.positions.open_position(p);
        keys.emplace(symbol, p.id);
    }
    co_return keys;
}

std::uint64_t trade_all(market& m, const options& o) {
    counter ticks(m.ticks);
    std::atomic<std::uint64_t> committed{0};
    std::vector<hawser::task<void>> strategies;
    for (unsigned i = 0; i < o.strategies; ++i) strategies.push_back(strategy(m, ticks, committed));
    run_all(o.threads, std::move(strategies));
    return committed.load();
}

} // namespace day
