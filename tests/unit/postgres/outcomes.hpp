#pragma once
// Jobs that are sent to an engine on a context of the test's own, and what became of them.
#include "support/jobs.hpp"
#include "support/postgres_cluster.hpp"
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <hawser/postgres/engine.hpp>
#include <string>

namespace outcomes {

namespace asio = boost::asio;

struct outcome {
    bool ended = false;
    std::exception_ptr failure;

    [[nodiscard]] hawser::errc kind() const { return support::kind_of(failure); }
    [[nodiscard]] bool is_well() const { return ended && !failure; }
};

inline hawser::postgres::settings settings_for(const support::fresh_database& fresh) {
    const auto where = fresh.address();
    hawser::postgres::settings s;
    s.endpoints = {{.host = where.host, .port = where.port}};
    s.user = where.user;
    s.database = where.database;
    return s;
}

inline void send(asio::io_context& io, const support::engine_ptr& e, const support::question& q,
                 outcome& to) {
    asio::co_spawn(io, support::send(e, q.job), [&to](std::exception_ptr failure) {
        to.ended = true;
        to.failure = std::move(failure);
    });
}

// Runs until there is nothing to do; a hang is a failure of the test, not of the run.
inline void run(asio::io_context& io, std::chrono::seconds most = std::chrono::seconds(20)) {
    io.restart();
    io.run_for(most);
}

inline outcome done(asio::io_context& io, const support::engine_ptr& e, const support::question& q) {
    outcome o;
    send(io, e, q, o);
    run(io);
    return o;
}

// Runs until it is so. False: it has not become so in half a minute.
template <class Condition>
bool until(asio::io_context& io, Condition met) {
    const auto late = hawser::clock::now() + std::chrono::seconds(30);
    while (!met()) {
        if (hawser::clock::now() > late) return false;
        io.restart();
        io.run_for(std::chrono::milliseconds(1));
    }
    return true;
}

inline std::int64_t connections_to(support::raw_postgres& look) {
    return look.integer("select count(*) from pg_stat_activity where datname = current_database() "
                        "and pid <> pg_backend_pid()");
}

} // namespace outcomes
