// PostgreSQL by Hawser's own driver: repositories, many coroutines on one thread.
#include "in_flight.hpp"
#include "prediction.hpp"
#include "probe/postgres.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <hawser/hawser.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using bench::prediction;
using probe::postgres_told;
using probe::postgres_work;

// One context for all, so that connections that were made stay.
class loop {
public:
    // caller(n) for n in [0, callers), each a task<> that is run to its end.
    template <class Caller>
    void run(std::size_t callers, Caller caller) {
        std::exception_ptr failure;
        for (std::size_t n = 0; n < callers; ++n)
            boost::asio::co_spawn(context_, caller(n), [&](std::exception_ptr e) {
                if (e && !failure) failure = std::move(e);
            });
        context_.restart();
        context_.run();
        if (failure) std::rethrow_exception(failure);
    }

private:
    boost::asio::io_context context_{1};
};

class opened {
public:
    explicit opened(const postgres_work& w) {
        hawser::open_options options;
        options.pool.shared_connections = static_cast<unsigned>(w.connections);
        // By its name they are counted.
        const std::string url =
            w.url + (w.url.find('?') == std::string::npos ? '?' : '&') + "application_name=hawser";
        on_.run(1, [&](std::size_t) -> hawser::task<> { db_.emplace(co_await hawser::open(url, options)); });
        // Connections are made where many callers meet.
        for (int round = 0; made() < w.connections; ++round) {
            if (round == 1000) throw std::runtime_error("connections are missing");
            on_.run(w.in_flight, [&](std::size_t) -> hawser::task<> {
                const auto none = co_await rows().find(-1);
                if (none) throw std::runtime_error("a row without a place");
            });
        }
        prepare(w, [&]() -> hawser::task<> { static_cast<void>(co_await rows().find(-1)); });
    }
    ~opened() {
        on_.run(1, [&](std::size_t) -> hawser::task<> { co_await db_->close(); });
    }
    opened(const opened&) = delete;
    opened& operator=(const opened&) = delete;

    // Each caller does it once: all connections know its statement.
    template <class Operation>
    void prepare(const postgres_work& w, Operation operation) {
        on_.run(w.in_flight, [&](std::size_t) -> hawser::task<> { co_await operation(); });
    }

    // The table, of what that has written.
    void empty() {
        on_.run(1, [&](std::size_t) -> hawser::task<> { co_await rows().erase(hawser::all_rows); });
    }

    [[nodiscard]] hawser::repository<prediction> rows() const { return hawser::repository<prediction>{*db_}; }
    [[nodiscard]] loop& on() noexcept { return on_; }

private:
    std::size_t made() {
        std::int64_t number = 0;
        on_.run(1, [&](std::size_t) -> hawser::task<> {
            number =
                co_await db_->query_one<std::int64_t, "select count(*) from pg_stat_activity where datname = "
                                                      "current_database() and application_name = 'hawser'">();
        });
        return static_cast<std::size_t>(number);
    }

    loop on_;
    std::optional<hawser::database> db_;
};

// Each caller does its share, one operation after the other.
template <class Operation>
bench::sample timed(opened& o, const postgres_work& w, Operation operation) {
    return bench::measure(w.count, [&](bench::latencies& told) {
        told.reserve(w.count);
        o.on().run(w.in_flight, [&](std::size_t n) -> hawser::task<> {
            for (std::size_t i = n; i < w.count; i += w.in_flight) {
                const auto start = bench::steady::now();
                co_await operation(i);
                told.push_back(bench::microseconds_since(start));
            }
        });
    });
}

postgres_told reads(const postgres_work& w) {
    opened o(w);
    const auto from = o.rows();
    postgres_told told;
    const auto get = [&](std::size_t i) -> hawser::task<> {
        const prediction p = co_await from.get(bench::random_key(i, w.rows));
        ++told.rows;
        told.ids += p.id;
    };
    told.figures = timed(o, w, get);
    return told;
}

postgres_told inserts(const postgres_work& w) {
    opened o(w);
    const auto to = o.rows();
    o.prepare(w, [&]() -> hawser::task<> {
        prediction p = bench::make_prediction(0);
        co_await to.insert(p);
    });
    o.empty();
    std::vector<prediction> rows = bench::make_predictions(w.count);
    postgres_told told;
    const auto insert = [&](std::size_t i) { return to.insert(rows[i]); };
    told.figures = timed(o, w, insert);
    told.rows = w.count;
    for (const prediction& p : rows) told.ids += p.id;
    return told;
}

postgres_told copy(const postgres_work& w) {
    opened o(w);
    const auto to = o.rows();
    const std::vector<prediction> rows = bench::make_predictions(w.count), one = bench::make_predictions(1);
    o.prepare(w, [&]() -> hawser::task<> { co_await to.copy_in(one); }); // its connection is made
    o.empty();
    postgres_told told;
    told.figures = bench::measure(w.count, [&](bench::latencies&) {
        o.on().run(1, [&](std::size_t) -> hawser::task<> { co_await to.copy_in(rows); });
    });
    told.rows = w.count;
    return told;
}

postgres_told whole(const postgres_work& w) {
    opened o(w);
    const auto from = o.rows();
    postgres_told told;
    std::int64_t last = 0;
    const auto read = [&]() -> hawser::task<> {
        const auto all = co_await from.where(hawser::col<&prediction::id> <= last).all();
        for (const prediction& p : all) told.ids += p.id;
        told.rows = all.size();
    };
    o.prepare(w, read);
    last = static_cast<std::int64_t>(w.count);
    told.figures = bench::measure(w.count, [&](bench::latencies&) {
        o.on().run(1, [&](std::size_t) -> hawser::task<> { co_await read(); });
    });
    return told;
}

} // namespace

probe::postgres_told probe::hawser(const postgres_work& w) {
    if (w.what == "reads") return reads(w);
    if (w.what == "inserts") return inserts(w);
    if (w.what == "copy") return copy(w);
    if (w.what == "rows") return whole(w);
    throw std::runtime_error("no such work: " + w.what);
}
