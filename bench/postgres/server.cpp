#include "postgres/server.hpp"
#include "child.hpp"
#include "postgres/bytes.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_files.hpp"
#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

// On the disk of the working directory, as fresh_folder is, where the server's user gets there and a socket's path has
// room for it; else where temporary files are.
std::unique_ptr<support::postgres_cluster> cluster() {
    support::postgres_cluster::options o{
        .durable = true,
        .settings = {"shared_buffers = '256MB'", "max_wal_size = '4GB'", "log_checkpoints = off"},
        .within = std::filesystem::current_path()};
    if (o.within.native().size() < 70) {
        try {
            return std::make_unique<support::postgres_cluster>(o);
        } catch (const std::exception&) { // not for the server's user
        }
    }
    o.within.clear();
    return std::make_unique<support::postgres_cluster>(o);
}

void fill(support::raw_postgres on, std::size_t rows) {
    constexpr std::size_t at_once = 50'000;
    std::vector<prediction> some;
    for (std::size_t at = 0; at < rows;) {
        some.clear();
        for (const std::size_t end = std::min(rows, at + at_once); at < end; ++at)
            some.push_back(make_prediction(at));
        on.send(support::pg::query(text::copy));
        if (on.receive().type != 'G') throw std::runtime_error("the table cannot be filled");
        on.send(copy_bytes(some));
        if (types_of(on.until_ready()) != "CZ") throw std::runtime_error("the table was not filled");
    }
}

} // namespace

postgres_server::postgres_server(std::size_t rows) : cluster_(cluster()) {
    for (const char* name : {"to_read", "to_write"}) {
        cluster_->admin().exec(std::string("create database ") + name + " owner hawser");
        support::raw_postgres(cluster_->address(name)).exec(std::string(hawser::create_postgres<prediction>));
    }
    fill(support::raw_postgres(cluster_->address("to_read")), rows);
    cluster_->admin("to_read").exec("vacuum analyze predictions");
    cluster_->admin().exec("checkpoint");
}

std::string postgres_server::to_write() {
    const support::postgres_address where = cluster_->address("to_write");
    support::raw_postgres(where).exec("truncate predictions restart identity");
    cluster_->admin().exec("checkpoint"); // what one contender has written is no work of the next one's time
    return where.url();
}

std::size_t postgres_server::written() const {
    support::raw_postgres look(cluster_->address("to_write"));
    return static_cast<std::size_t>(look.integer("select count(*) from predictions"));
}

std::string postgres_described() {
    const std::filesystem::path programs = support::postgres_programs();
    if (programs.empty()) return {};
    const std::string said = run_child({(programs / "postgres").string(), "--version"}).out,
                      word = "(PostgreSQL) ";
    const auto at = said.find(word);
    const std::string version = at == std::string::npos ? "unknown" : said.substr(at + word.size());
    return "PostgreSQL " + version.substr(0, version.find_first_of(" \n")) +
           ", on this machine, by its socket; fsync and synchronous_commit on, shared_buffers 256 MB, no "
           "autovacuum, no JIT";
}

} // namespace bench
