#pragma once
#include "support/postgres_cluster.hpp"
#include <cstdint>
#include <future>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace support {

// A server whose COMMITs wait for a standby that does not exist: they are stored, and not answered.
class waiting_server {
public:
    waiting_server()
        : cluster_({.settings = {"wal_level = replica", "max_wal_senders = 1",
                                 "synchronous_standby_names = 'nobody'", "synchronous_commit = local"}}) {}
    postgres_cluster& operator*() noexcept { return cluster_; }
    // Of clients whose COMMITs wait; others' do not.
    static std::string url(const fresh_database& fresh, fresh_database::by way = fresh_database::by::socket) {
        const std::string url = fresh.url(way);
        return url + (url.find('?') != std::string::npos ? '&' : '?') +
               "options=-c%20synchronous_commit%3Don";
    }
    // Calls then(backend, port of its client, 0 of a socket) in a thread of its own, once a COMMIT waits.
    template <class Then>
    std::future<void> when_one_waits(Then then) {
        return std::async(std::launch::async, [this, then] {
            auto admin = cluster_.admin();
            for (int i = 0; i < 3000; ++i, ::usleep(10'000)) {
                const auto waits = admin.rows("select pid, coalesce(client_port, 0) from pg_stat_activity "
                                              "where wait_event = 'SyncRep'");
                if (!waits.empty()) return then(std::stoi(waits[0][0]), std::stoi(waits[0][1]));
            }
            throw std::runtime_error("no COMMIT waits");
        });
    }
    // Ends the backend of the next one that waits.
    std::future<void> end_one() {
        return when_one_waits([this](std::int32_t backend, int) { cluster_.terminate(backend); });
    }

private:
    postgres_cluster cluster_;
};

} // namespace support
