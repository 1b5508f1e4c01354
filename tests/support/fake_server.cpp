#include "support/fake_server.hpp"
#include "support/postgres_bytes.hpp"
#include "support/raw_postgres.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pgwire/input.hpp>
#include <stdexcept>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace support {
namespace {

constexpr int patience = 20'000; // milliseconds, until what is expected counts as missing
constexpr std::uint16_t usual_port = 5432;

const char* name_of(int kind) {
    constexpr std::array names{"accept",         "on",     "expect", "expect_message", "expect_end",
                               "expect_silence", "answer", "pause",  "close",          "reset",
                               "deafen",         "run",    "break"};
    return names.at(static_cast<std::size_t>(kind));
}

[[noreturn]] void fail(const std::string& why) {
    throw std::runtime_error(why);
}
void require(bool good, const char* what) {
    if (!good) fail(std::string(what) + ": " + std::strerror(errno));
}

// Some bytes before the place, and some behind.
std::string around(std::string_view bytes, std::size_t place) {
    constexpr std::size_t before = 16, all = 80;
    const std::size_t from = place < before ? 0 : (place - before) / 16 * 16;
    return "  from byte " + std::to_string(from) + " of " + std::to_string(bytes.size()) + ":\n" +
           pg::hex(bytes.substr(from, all));
}

// tcpi_data_segs_in of the kernel's tcp_info, which the C library's has not.
std::optional<std::size_t> segments_of(int socket) noexcept {
    constexpr std::size_t place = 152;
    std::array<char, place + sizeof(std::uint32_t)> told{};
    socklen_t size = told.size();
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, told.data(), &size) != 0 || size < told.size()) return {};
    std::uint32_t segments = 0;
    std::memcpy(&segments, told.data() + place, sizeof segments);
    return segments;
}

} // namespace

// --- the script -------------------------------------------------------------------------------------------

dialogue& dialogue::add(step s) {
    steps_.push_back(std::move(s));
    return *this;
}
dialogue& dialogue::accept() {
    return add({.what = kind::accept});
}
dialogue& dialogue::on(std::size_t connection) {
    return add({.what = kind::on, .number = connection});
}
dialogue& dialogue::expect(std::string bytes) {
    return add({.what = kind::expect, .bytes = std::move(bytes)});
}
dialogue& dialogue::expect_message(char type) {
    return add({.what = kind::expect_message, .bytes = std::string(1, type)});
}
dialogue& dialogue::expect_end() {
    return add({.what = kind::expect_end});
}
dialogue& dialogue::expect_silence() {
    return add({.what = kind::expect_silence});
}
dialogue& dialogue::answer(std::string bytes, std::size_t piece) {
    return add({.what = kind::answer, .bytes = std::move(bytes), .number = piece});
}
dialogue& dialogue::pause() {
    return add({.what = kind::pause});
}
dialogue& dialogue::close() {
    return add({.what = kind::close});
}
dialogue& dialogue::reset() {
    return add({.what = kind::reset});
}
dialogue& dialogue::deafen() {
    return add({.what = kind::deafen});
}
dialogue& dialogue::run(std::function<void()> what) {
    return add({.what = kind::run, .call = std::move(what)});
}
dialogue& dialogue::login(std::int32_t process, std::int32_t secret) {
    return accept().expect_message('\0').answer(pg::welcome(process, secret));
}
dialogue& dialogue::then(const dialogue& more) {
    steps_.insert(steps_.end(), more.steps_.begin(), more.steps_.end());
    return *this;
}
dialogue dialogue::cut(std::size_t steps, breaking how) const {
    dialogue shorter;
    shorter.steps_.assign(steps_.begin(),
                          steps_.begin() + static_cast<std::ptrdiff_t>(std::min(steps, size())));
    shorter.add({.what = kind::break_all, .number = how == breaking::resets ? 1u : 0u});
    return shorter;
}

// --- the server, as its test sees it ----------------------------------------------------------------------

fake_server::fake_server(dialogue s, listens how) : script_(std::move(s)), how_(how) {
    listen();
    wake_ = ::eventfd(0, EFD_CLOEXEC);
    require(wake_ >= 0, "no event");
    thread_ = std::thread([this] { play(); });
}

fake_server::~fake_server() {
    {
        const std::lock_guard lock(guard_);
        stops_ = true;
    }
    changed_.notify_all();
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake_, &one, sizeof one));
    thread_.join();
    ::close(wake_);
}

std::string fake_server::host() const {
    return how_ == listens::tcp ? "127.0.0.1" : folder_.path().string();
}
std::string fake_server::url() const {
    return postgres_address{host(), port_, "hawser", "fake", {}}.url();
}

void fake_server::wait_for_pause() {
    std::unique_lock lock(guard_);
    const bool came =
        changed_.wait_for(lock, std::chrono::milliseconds(patience), [&] { return paused_ || done_; });
    if (paused_) return;
    fail(!came              ? "the script does not come to a pause"
         : failure_.empty() ? "the script has no more pauses"
                            : failure_);
}

void fake_server::let_go() {
    {
        const std::lock_guard lock(guard_);
        ++passes_;
        paused_ = false;
    }
    changed_.notify_all();
}

void fake_server::finish() {
    std::unique_lock lock(guard_);
    if (!changed_.wait_for(lock, std::chrono::milliseconds(patience), [&] { return done_; }))
        fail("the script does not come to its end");
    if (!failure_.empty()) fail(failure_);
}

std::size_t fake_server::connections() const {
    const std::lock_guard lock(guard_);
    return connections_.size();
}
std::string fake_server::received(std::size_t which) const {
    const std::lock_guard lock(guard_);
    return connections_.at(which).received;
}
std::size_t fake_server::writes(std::size_t which) const {
    if (how_ != listens::tcp) throw std::logic_error("a unix socket does not tell writes apart");
    const std::lock_guard lock(guard_);
    const connection& c = connections_.at(which);
    const auto segments = c.socket >= 0 ? segments_of(c.socket) : c.segments;
    if (!segments) throw std::runtime_error("this system does not count segments");
    return *segments;
}

// --- its thread -------------------------------------------------------------------------------------------

void fake_server::listen() {
    if (how_ == listens::tcp) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        require(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0, "cannot bind");
        require(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "no port");
        port_ = ntohs(address.sin_port);
    } else {
        port_ = usual_port;
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const std::string path = folder_.file(".s.PGSQL." + std::to_string(port_));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.size() >= sizeof address.sun_path) fail("too long for a socket: " + path);
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        require(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
                "cannot bind");
    }
    require(::listen(listener_, 64) == 0, "cannot listen");
}

void fake_server::play() noexcept {
    std::string why;
    std::size_t number = 0;
    try {
        for (; number < script_.steps_.size(); ++number) perform(script_.steps_[number]);
    } catch (const stopped&) {
        why = "stopped at step " + std::to_string(number) + " of the script, " +
              name_of(static_cast<int>(script_.steps_[number].what));
    } catch (const std::exception& e) {
        why = "step " + std::to_string(number) + " of the script, " +
              name_of(static_cast<int>(script_.steps_[number].what)) + ": " + e.what();
    }
    if (!why.empty()) end_all(false);
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
    {
        const std::lock_guard lock(guard_);
        failure_ = why;
        done_ = true;
    }
    changed_.notify_all();
    try {
        remember_the_rest();
    } catch (...) { // stopped
    }
    end_all(false);
}

void fake_server::perform(const dialogue::step& s) {
    switch (s.what) {
    case kind::accept: return accept();
    case kind::on: current_ = s.number; return;
    case kind::expect: return expect(s.bytes);
    case kind::expect_message: return expect_message(s.bytes[0]);
    case kind::expect_end: return expect_end();
    case kind::expect_silence: return expect_silence();
    case kind::answer: return answer(s.bytes, s.number);
    case kind::pause: return pause();
    case kind::close: return end(current_, false);
    case kind::reset: return end(current_, true);
    case kind::deafen: ::close(std::exchange(listener_, -1)); return;
    case kind::run: return s.call();
    case kind::break_all: return end_all(s.number == 1);
    }
}

bool fake_server::wait(int descriptor, short events, int milliseconds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
        std::array<pollfd, 2> both{pollfd{wake_, POLLIN, 0}, pollfd{descriptor, events, 0}};
        const int ready =
            ::poll(both.data(), both.size(), static_cast<int>(std::max<decltype(left)>(left, 0)));
        if (both[0].revents != 0) throw stopped{};
        if (ready > 0) return true;
        if (ready == 0 && left <= 0) return false;
    }
}

void fake_server::accept() {
    if (!wait(listener_, POLLIN, patience)) fail("nobody connects");
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    require(socket >= 0, "cannot accept");
    if (how_ == listens::tcp) {
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    const std::lock_guard lock(guard_);
    current_ = connections_.size();
    connections_.emplace_back().socket = socket;
}

bool fake_server::hear(std::size_t which) {
    connection& c = connections_.at(which); // only this thread adds to them
    std::array<char, 65536> some;
    const ssize_t got = ::recv(c.socket, some.data(), some.size(), 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    const std::lock_guard lock(guard_);
    if (got > 0)
        c.received.append(some.data(), static_cast<std::size_t>(got));
    else
        c.ended = true;
    return got > 0;
}

void fake_server::expect(const std::string& bytes) {
    connection& c = current();
    for (;;) {
        const std::string_view came = std::string_view(c.received).substr(c.taken);
        const std::size_t n = std::min(came.size(), bytes.size());
        const auto differs = static_cast<std::size_t>(
            std::mismatch(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n), came.begin()).first -
            bytes.begin());
        const bool whole = n == bytes.size() && differs == n;
        if (whole) break;
        const bool waits = differs == n;
        const bool in_vain = waits && (c.ended || !wait(c.socket, POLLIN, patience));
        if (waits && !in_vain) {
            hear(current_);
            continue;
        }
        fail(std::string(in_vain ? (c.ended ? "the client has closed too early" : "not all came")
                                 : "other bytes came") +
             "\n expected" + around(bytes, differs) + " came" + around(came, differs));
    }
    c.taken += bytes.size();
}

void fake_server::expect_message(char type) {
    connection& c = current();
    const std::size_t head = type == '\0' ? 4 : 5;
    const auto want = [&](std::size_t n) {
        while (c.received.size() - c.taken < n)
            if (c.ended || !wait(c.socket, POLLIN, patience) || (hear(current_), false))
                fail("no whole message came\n came" +
                     around(std::string_view(c.received).substr(c.taken), 0));
    };
    want(head);
    const std::string_view came = std::string_view(c.received).substr(c.taken);
    if (type != '\0' && came[0] != type) fail(std::string("not ") + type + " came\n came" + around(came, 0));
    hawser::pgwire::input in(came.substr(head - 4));
    const auto length = in.integer<std::uint32_t>();
    if (length < 4) fail("a length below 4 came\n came" + around(came, 0));
    want(head - 4 + length);
    c.taken += head - 4 + length;
}

void fake_server::expect_end() {
    connection& c = current();
    while (!c.ended) {
        if (!wait(c.socket, POLLIN, patience)) fail("the client does not close");
        hear(current_);
    }
    const std::string_view left = std::string_view(c.received).substr(c.taken);
    if (!left.empty()) fail("before the end bytes came that nobody expected\n came" + around(left, 0));
}

void fake_server::expect_silence() {
    connection& c = current();
    while (!c.ended && wait(c.socket, POLLIN, 0)) hear(current_);
    const std::string_view left = std::string_view(c.received).substr(c.taken);
    if (!left.empty()) fail("bytes came that nobody expected\n came" + around(left, 0));
}

void fake_server::send(std::string_view bytes) {
    connection& c = current();
    while (!bytes.empty()) {
        const ssize_t sent = ::send(c.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno == EAGAIN) {
            if (!wait(c.socket, POLLOUT, patience)) fail("the client does not read");
        } else if (errno != EINTR)
            fail(std::string("cannot send: ") + std::strerror(errno));
    }
}

// A unix socket tells what its other end has not read; over tcp nobody knows.
void fake_server::wait_until_taken() {
    constexpr int at_most = 200; // a client may be busy with something else
    for (int i = 0; i < at_most; ++i) {
        int left = 0;
        if (how_ == listens::tcp || ::ioctl(current().socket, SIOCOUTQ, &left) != 0 || left == 0) return;
        static_cast<void>(wait(wake_, 0, 1));
    }
}

void fake_server::answer(const std::string& bytes, std::size_t piece) {
    if (piece == 0) return send(bytes);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        send(std::string_view(bytes).substr(at, piece));
        wait_until_taken();
    }
}

void fake_server::pause() {
    std::unique_lock lock(guard_);
    paused_ = passes_ == 0;
    changed_.notify_all();
    changed_.wait(lock, [&] { return passes_ > 0 || stops_; });
    paused_ = false;
    if (passes_ == 0) throw stopped{};
    --passes_;
}

void fake_server::end(std::size_t which, bool reset) {
    connection& c = connections_.at(which);
    if (c.socket < 0) return;
    if (reset) {
        const linger at_once{1, 0};
        ::setsockopt(c.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    const std::lock_guard lock(guard_);
    if (how_ == listens::tcp) c.segments = segments_of(c.socket);
    ::close(std::exchange(c.socket, -1));
    c.ended = true;
}

void fake_server::end_all(bool reset) {
    for (std::size_t i = 0; i < connections_.size(); ++i) end(i, reset);
}

void fake_server::remember_the_rest() {
    for (;;) {
        std::vector<pollfd> all{{wake_, POLLIN, 0}};
        std::vector<std::size_t> whose{0};
        for (std::size_t i = 0; i < connections_.size(); ++i)
            if (connections_[i].socket >= 0 && !connections_[i].ended) {
                all.push_back({connections_[i].socket, POLLIN, 0});
                whose.push_back(i);
            }
        if (::poll(all.data(), all.size(), -1) < 0 && errno != EINTR) return;
        if (all[0].revents != 0) return;
        for (std::size_t i = 1; i < all.size(); ++i)
            if (all[i].revents != 0) hear(whose[i]);
    }
}

} // namespace support
