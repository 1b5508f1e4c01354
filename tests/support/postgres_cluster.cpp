#include "support/postgres_cluster.hpp"
#include "support/postgres_files.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <netinet/in.h>
#include <random>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace support {
namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;
using std::chrono::seconds;

void nap() {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
}

bool is_free(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (fd >= 0) ::close(fd);
    return free;
}

// State and parent of a process, as /proc tells them; state 'X' where there is none.
struct process_state {
    char state = 'X';
    pid_t parent = 0;
};
process_state state_of(pid_t process) {
    std::ifstream in("/proc/" + std::to_string(process) + "/stat");
    const std::string line{std::istreambuf_iterator<char>(in), {}};
    const auto name_ends = line.rfind(')');
    if (name_ends == std::string::npos || name_ends + 4 > line.size()) return {};
    return {line[name_ends + 2], static_cast<pid_t>(std::atoi(line.c_str() + name_ends + 4))};
}
bool is_gone(pid_t process) {
    const char state = state_of(process).state;
    return state == 'X' || state == 'Z';
}

// Returns when it does nothing any more.
void halt(pid_t process) {
    ::kill(process, SIGSTOP);
    while (state_of(process).state != 'T' && !is_gone(process)) nap();
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> all;
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator("/proc", gone)) {
        const pid_t process = std::atoi(entry.path().filename().c_str());
        if (process > 0 && state_of(process).parent == parent) all.push_back(process);
    }
    return all;
}

int signal_of(postgres_cluster::stopping how) {
    switch (how) {
    case postgres_cluster::stopping::smart: return SIGTERM;
    case postgres_cluster::stopping::fast: return SIGINT;
    case postgres_cluster::stopping::immediate: break;
    }
    return SIGQUIT;
}

// A database is some three hundred files: they are made in memory in a tenth of the time that a disk takes, synced or
// not. What is durable has no business here.
fs::path memory_with_room() {
    const fs::path memory = "/dev/shm";
    constexpr std::uintmax_t room = std::uintmax_t{2} << 30;
    struct statvfs seen{};
    if (::statvfs(memory.c_str(), &seen) != 0 || ::access(memory.c_str(), W_OK | X_OK) != 0) return {};
    return std::uintmax_t{seen.f_bavail} * seen.f_frsize >= room ? memory : fs::path();
}

fs::path folder_for(const postgres_cluster::options& o) {
    return o.within.empty() && !o.durable ? memory_with_room() : o.within;
}

// What the server itself says of how far it is, in the last line of its lock file.
bool says_ready(const fs::path& lock_file, pid_t server) {
    std::ifstream in(lock_file);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (number == 1 && std::atoi(line.c_str()) != server) return false; // of one that was killed
        if (number == 8) return line.starts_with("ready");
    }
    return false;
}

} // namespace

std::string no_postgres() {
    return postgres_programs().empty() ? "no PostgreSQL server is installed" : std::string();
}

postgres_cluster::postgres_cluster(const options& o)
    : as_(account::unprivileged()), guardian_(as_, folder_for(o)), owner_(::getpid()) {
    if (const std::string why = no_postgres(); !why.empty()) throw std::runtime_error(why);
    make_cluster_files(guardian_, as_);
    write_settings(o);
    write_hba(o.hba);
    start();
    admin().exec("create role hawser login createdb");
}

postgres_cluster::~postgres_cluster() {
    if (server_ == 0 || ::getpid() != owner_) return;
    try {
        stop(stopping::immediate);
    } catch (const std::exception&) { // the guardian ends it
    }
}

postgres_cluster& postgres_cluster::shared() {
    static postgres_cluster one;
    return one;
}

void postgres_cluster::write_settings(const options& o) {
    std::ofstream out(folder() / "data/postgresql.conf", std::ios::app);
    out << "listen_addresses = '127.0.0.1'\n"
        << "unix_socket_directories = '" << folder().string() << "'\n"
        << "max_connections = " << o.connections << '\n'
        << "timezone = 'UTC'\nlog_timezone = 'UTC'\nlc_messages = 'C'\nlog_line_prefix = '%m [%p] %d '\n"
        << "jit = off\nautovacuum = off\n"
        << "include_if_exists = 'port.conf'\n";
    if (!o.durable)
        out << "fsync = off\nfull_page_writes = off\nwal_level = minimal\nmax_wal_senders = 0\n"
               "shared_buffers = '16MB'\nmin_wal_size = '32MB'\nmax_wal_size = '128MB'\n";
    for (const std::string& line : o.settings) out << line << '\n';
    if (!out.flush()) throw std::runtime_error("cannot write postgresql.conf");
}

void postgres_cluster::write_hba(const std::vector<std::string>& lines) {
    std::ofstream out(folder() / "data/pg_hba.conf", std::ios::trunc);
    for (const std::string& line : lines) out << line << '\n';
    out << "local all all trust\n"
           "host all postgres 127.0.0.1/32 reject\n"
           "host all all 127.0.0.1/32 trust\n";
    if (!out.flush()) throw std::runtime_error("cannot write pg_hba.conf");
}

// Below those that the system gives to whoever asks for any.
void postgres_cluster::choose_port() {
    std::random_device chance;
    std::uniform_int_distribution<unsigned> any(20000, 32000);
    do port_ = static_cast<std::uint16_t>(any(chance));
    while (!is_free(port_));
    const fs::path file = folder() / "data/port.conf";
    std::ofstream(file, std::ios::trunc) << "port = " << port_ << '\n';
    as_.own(file);
}

bool postgres_cluster::started() {
    const fs::path data = folder() / "data";
    server_ =
        guardian_.start(quoted((postgres_programs() / "postgres").string()) + " -D " + quoted(data.string()));
    const auto until = steady::now() + seconds(60);
    while (!says_ready(data / "postmaster.pid", server_)) {
        const bool too_long = steady::now() > until;
        if (too_long) ::kill(server_, SIGKILL);
        if (too_long || is_gone(server_)) {
            wait_for_end();
            return false;
        }
        nap();
    }
    return true;
}

void postgres_cluster::start() {
    if (server_ != 0) throw std::logic_error("the server runs already");
    const bool first = port_ == 0;
    for (int attempt = 0; attempt < 5; ++attempt) {
        if (first) choose_port(); // another program may take it before the server does
        if (started()) return;
        std::this_thread::sleep_for(
            std::chrono::milliseconds(100 * attempt)); // processes of one that was killed
    }
    throw std::runtime_error("the PostgreSQL server did not start:\n" + end_of_log());
}

void postgres_cluster::wait_for_end() {
    const pid_t server = std::exchange(server_, 0);
    frozen_.clear();
    if (guardian_.ended(seconds(30))) return;
    ::kill(server, SIGKILL);
    static_cast<void>(guardian_.ended(seconds(10)));
    throw std::runtime_error("the PostgreSQL server did not stop:\n" + end_of_log());
}

void postgres_cluster::stop(stopping how) {
    if (server_ == 0) return;
    for (const std::int32_t backend : frozen_) ::kill(backend, SIGCONT);
    ::kill(server_, signal_of(how));
    wait_for_end();
}

void postgres_cluster::kill() {
    if (server_ == 0) return;
    halt(server_); // so that it makes no more of them
    const std::vector<pid_t> others = children_of(server_);
    for (const pid_t process : others)
        ::kill(process, SIGKILL); // first: without their parent they would take leave
    ::kill(server_, SIGKILL);
    wait_for_end();
    const auto until = steady::now() + seconds(10);
    for (const pid_t process : others)
        while (!is_gone(process) && steady::now() < until) nap();
}

postgres_address postgres_cluster::address(const std::string& database, by way, const std::string& user,
                                           const std::string& password) const {
    return {way == by::socket ? folder().string() : "127.0.0.1", port_, user, database, password};
}

raw_postgres postgres_cluster::admin(const std::string& database) const {
    return raw_postgres(address(database, by::socket, "postgres"));
}

void postgres_cluster::terminate(std::int32_t backend) {
    const std::string ended =
        admin().text("select pg_terminate_backend(" + std::to_string(backend) + ", 10000)");
    if (ended != "t") throw std::runtime_error("backend " + std::to_string(backend) + " did not end");
}

void postgres_cluster::terminate_all(const std::string& database) {
    admin().exec(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where backend_type = 'client backend' "
        "and pid <> pg_backend_pid() and datname = '" +
        database + '\'');
}

void postgres_cluster::freeze(std::int32_t backend) {
    if (state_of(backend).parent != server_) throw std::logic_error("no backend of this server");
    frozen_.insert(backend);
    halt(backend);
}

void postgres_cluster::thaw(std::int32_t backend) {
    if (frozen_.erase(backend) > 0) ::kill(backend, SIGCONT);
}

void postgres_cluster::set_hba(const std::vector<std::string>& lines) {
    write_hba(lines);
    const auto loaded = [this] { return admin().text("select pg_conf_load_time()"); };
    const std::string before = loaded();
    ::kill(server_, SIGHUP);
    const auto until = steady::now() + seconds(10);
    while (loaded() == before) { // of a new backend, which has what the server had
        if (steady::now() > until)
            throw std::runtime_error("pg_hba.conf was not read again:\n" + end_of_log());
        nap();
    }
}

fresh_database::fresh_database(postgres_cluster& on) : on_(&on) {
    static std::atomic<unsigned> made = 0;
    name_ = "t_" + std::to_string(++made);
    auto admin = on_->admin();
    const bool has_a_choice =
        std::atoi(admin.parameter("server_version").c_str()) >= 15; // older ones copy files
    admin.exec("create database " + name_ + " template template1 owner hawser" +
               (has_a_choice ? " strategy file_copy" : ""));
}

fresh_database::~fresh_database() {
    if (!on_->runs()) return;
    try {
        on_->admin().exec("drop database " + name_ + " with (force)");
    } catch (const std::exception&) { // it goes with the cluster
    }
}

} // namespace support
