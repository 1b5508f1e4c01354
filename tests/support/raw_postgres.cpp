#include "support/raw_postgres.hpp"
#include "support/postgres_bytes.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pgwire/input.hpp>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace support {
namespace {

using hawser::pgwire::input;

int connected(int family, const void* address, socklen_t size, const std::string& name) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) throw std::runtime_error("no socket");
    if (::connect(fd, static_cast<const sockaddr*>(address), size) == 0) return fd;
    const std::string why = std::strerror(errno);
    ::close(fd);
    throw std::runtime_error("cannot connect to " + name + ": " + why);
}

int by_unix(const postgres_address& where) {
    const std::string path = where.host + "/.s.PGSQL." + std::to_string(where.port);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error("too long for a socket: " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return connected(AF_UNIX, &address, sizeof address, path);
}

int by_tcp(const postgres_address& where) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(where.port);
    if (::inet_pton(AF_INET, where.host.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error("no address of numbers: " + where.host);
    const int fd =
        connected(AF_INET, &address, sizeof address, where.host + ':' + std::to_string(where.port));
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

[[noreturn]] void fail(const postgres_message& error) {
    throw postgres_failure(field_of(error, 'C'), field_of(error, 'M'));
}

std::vector<std::string> fields_of(const postgres_message& row) {
    input in(row.body);
    std::vector<std::string> fields(in.integer<std::uint16_t>());
    for (std::string& f : fields) {
        std::string_view value;
        f = in.value(value) ? std::string(value) : "NULL";
    }
    if (!in.finished()) throw std::runtime_error("a row of a wrong form");
    return fields;
}

} // namespace

std::string postgres_address::url() const {
    const std::string who = user + (password.empty() ? "" : ':' + password);
    if (by_socket())
        return "postgres://" + who + "@/" + database + "?host=" + host + "&port=" + std::to_string(port);
    return "postgres://" + who + '@' + host + ':' + std::to_string(port) + '/' + database;
}

int connect_to(const postgres_address& where) {
    return where.by_socket() ? by_unix(where) : by_tcp(where);
}

raw_postgres::raw_postgres(const postgres_address& where) : raw_postgres(unstarted(where)) {
    start(where);
}

raw_postgres raw_postgres::unstarted(const postgres_address& where) {
    raw_postgres made(connect_to(where));
    timeval half_a_minute{30, 0};
    ::setsockopt(made.socket_, SOL_SOCKET, SO_RCVTIMEO, &half_a_minute, sizeof half_a_minute);
    ::setsockopt(made.socket_, SOL_SOCKET, SO_SNDTIMEO, &half_a_minute, sizeof half_a_minute);
    return made;
}

raw_postgres::raw_postgres(raw_postgres&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      process_(other.process_),
      secret_(other.secret_),
      parameters_(std::move(other.parameters_)),
      unread_(std::move(other.unread_)) {}

raw_postgres::~raw_postgres() {
    if (socket_ < 0) return;
    const std::string bye = pg::terminate();
    static_cast<void>(::send(socket_, bye.data(), bye.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::close(socket_);
}

void raw_postgres::start(const postgres_address& where) {
    send(pg::startup({{"user", where.user}, {"database", where.database}, {"client_encoding", "UTF8"}}));
    for (;;) {
        const postgres_message m = receive();
        input in(m.body);
        switch (m.type) {
        case 'R': {
            const auto kind = in.integer<std::int32_t>();
            if (kind == 3)
                send(pg::password(where.password));
            else if (kind != 0)
                throw std::runtime_error("a way of authentication that this client has not");
            break;
        }
        case 'S': {
            const std::string name(in.text());
            parameters_[name] = in.text();
            break;
        }
        case 'K':
            process_ = in.integer<std::int32_t>();
            secret_ = in.integer<std::int32_t>();
            break;
        case 'E': fail(m);
        case 'Z': return;
        default: break;
        }
    }
}

void raw_postgres::exec(const std::string& sql) {
    static_cast<void>(rows(sql));
}

std::vector<std::vector<std::string>> raw_postgres::rows(const std::string& sql) {
    send(pg::query(sql));
    std::vector<std::vector<std::string>> found;
    const std::vector<postgres_message> all = until_ready();
    for (const postgres_message& m : all) {
        if (m.type == 'T') found.clear();
        if (m.type == 'D') found.push_back(fields_of(m));
        if (m.type == 'E') fail(m);
    }
    return found;
}

std::string raw_postgres::text(const std::string& sql) {
    const auto found = rows(sql);
    return found.empty() ? std::string() : found.front().at(0);
}

void raw_postgres::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) throw std::runtime_error(std::string("cannot send: ") + std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool raw_postgres::fill(std::size_t wanted) {
    while (unread_.size() < wanted) {
        std::array<char, 16384> some;
        const ssize_t got = ::recv(socket_, some.data(), some.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno != ECONNRESET)
            throw std::runtime_error(std::string("no answer comes: ") + std::strerror(errno));
        if (got <= 0) return false;
        unread_.append(some.data(), static_cast<std::size_t>(got));
    }
    return true;
}

postgres_message raw_postgres::receive() {
    constexpr std::size_t head = 5;
    if (!fill(head)) throw std::runtime_error("the server has ended the connection");
    input in(unread_);
    const char type = in.byte();
    const auto length = in.integer<std::uint32_t>();
    if (length < 4) throw std::runtime_error("a message of a wrong length");
    const std::size_t whole = std::size_t{length} + 1;
    if (!fill(whole)) throw std::runtime_error("the server has ended the connection within a message");
    postgres_message m{type, unread_.substr(head, whole - head)};
    unread_.erase(0, whole);
    return m;
}

std::vector<postgres_message> raw_postgres::until_ready() {
    std::vector<postgres_message> all;
    do all.push_back(receive());
    while (all.back().type != 'Z');
    return all;
}

bool raw_postgres::at_end() {
    return unread_.empty() && !fill(1);
}

std::string types_of(const std::vector<postgres_message>& messages) {
    std::string types;
    for (const postgres_message& m : messages) types += m.type;
    return types;
}

std::string field_of(const postgres_message& said, char letter) {
    input in(said.body);
    for (char name = in.byte(); name != '\0'; name = in.byte()) {
        const std::string_view value = in.text();
        if (name == letter) return std::string(value);
    }
    return {};
}

} // namespace support
