#pragma once
// A PostgreSQL server of the test's own, thrown away with all that is in it.
#include "support/guardian.hpp"
#include "support/raw_postgres.hpp"
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace support {

// Why there can be no server here; empty: there can.
[[nodiscard]] std::string no_postgres();

// Ends a test as skipped where no server is installed. Outside of coroutines.
#define NEED_POSTGRES()                                                                                      \
    if (const std::string why_no_postgres = ::support::no_postgres(); !why_no_postgres.empty())              \
    SKIP(why_no_postgres)

// Listens on a unix socket in a folder that only we enter, and on a free port of 127.0.0.1. There are two roles: hawser,
// who may log in without a password and make databases, and postgres, who may do anything, and comes by the socket
// alone, since other users of the machine reach the port.
//
// In UTC, lc_messages C, no JIT, no autovacuum, no replication. It ends with the test program, however that ends.
class postgres_cluster {
public:
    struct options {
        bool durable = false; // else nothing is synced: quick, and worth nothing after a power cut
        unsigned connections = 60;
        std::vector<std::string> hba{};      // lines of pg_hba.conf, before those of the two roles
        std::vector<std::string> settings{}; // lines of postgresql.conf, which win over the usual ones
        std::filesystem::path within{};      // where its files are; empty: with other temporary files
    };

    postgres_cluster() : postgres_cluster(options()) {}
    // Throws std::runtime_error with the end of the server's log where it does not start.
    explicit postgres_cluster(const options& o);
    ~postgres_cluster();
    postgres_cluster(const postgres_cluster&) = delete;
    postgres_cluster& operator=(const postgres_cluster&) = delete;

    // One for the whole test program, made when it is first asked for. A test that stops it starts it again.
    [[nodiscard]] static postgres_cluster& shared();

    enum class by : unsigned char { socket, tcp };
    [[nodiscard]] postgres_address address(const std::string& database, by way = by::socket,
                                           const std::string& user = "hawser",
                                           const std::string& password = {}) const;
    // As postgres, by the socket.
    [[nodiscard]] raw_postgres admin(const std::string& database = "postgres") const;

    enum class stopping : unsigned char {
        smart,    // when the last client has gone
        fast,     // clients are thrown out, their transactions rolled back
        immediate // as a crash; the next start recovers
    };
    // Throws when it has not stopped after half a minute.
    void stop(stopping how = stopping::fast);
    // By SIGKILL, all its processes at once.
    void kill();
    // On the same port as before. Waits until it takes connections.
    void start();
    void restart(stopping how = stopping::fast) {
        stop(how);
        start();
    }
    [[nodiscard]] bool runs() const noexcept { return server_ != 0; }

    // Ends a client's backend, and waits until it has ended.
    void terminate(std::int32_t backend);
    // All clients' of a database.
    void terminate_all(const std::string& database);
    // A frozen backend does nothing until it is thawed: the connection is there, and no answer comes.
    void freeze(std::int32_t backend);
    void thaw(std::int32_t backend);
    // Lines of pg_hba.conf, before those of the two roles, instead of what was there. In force when this returns.
    void set_hba(const std::vector<std::string>& lines);

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return guardian_.folder(); }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] pid_t process() const noexcept { return server_; }
    [[nodiscard]] std::string end_of_log() const { return guardian_.end_of_log(); }

private:
    void write_settings(const options& o);
    void write_hba(const std::vector<std::string>& lines);
    void choose_port();
    [[nodiscard]] bool started();
    void wait_for_end();

    account as_;
    guardian guardian_;
    pid_t owner_;
    pid_t server_ = 0;
    std::uint16_t port_ = 0;
    std::set<std::int32_t> frozen_;
};

// An empty database, dropped with this; connections to it that are left are ended then. Owned by hawser.
class fresh_database {
public:
    explicit fresh_database(postgres_cluster& on = postgres_cluster::shared());
    ~fresh_database();
    fresh_database(const fresh_database&) = delete;
    fresh_database& operator=(const fresh_database&) = delete;

    [[nodiscard]] postgres_cluster& cluster() const noexcept { return *on_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    using by = postgres_cluster::by;
    [[nodiscard]] postgres_address address(by way = by::socket) const { return on_->address(name_, way); }
    [[nodiscard]] std::string url(by way = by::socket) const { return address(way).url(); }
    // A look at it behind the driver's back, as hawser.
    [[nodiscard]] raw_postgres look() const { return raw_postgres(address()); }

private:
    postgres_cluster* on_;
    std::string name_;
};

} // namespace support
