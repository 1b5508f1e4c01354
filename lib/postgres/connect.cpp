#include "postgres/connect.hpp"
#include "pgwire/fsm/startup.hpp"
#include "pgwire/output.hpp"
#include "postgres/check_settings.hpp"
#include "postgres/keepalive.hpp"
#include "postgres/login_policy.hpp"
#include "postgres/time_limit.hpp"
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <hawser/async/deadline.hpp>
#include <hawser/core/error.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser::postgres {

namespace asio = boost::asio;

namespace {

using stream = asio::generic::stream_protocol;

std::string name_of(const endpoint& e) {
    if (e.host.starts_with('/')) return e.host + "/.s.PGSQL." + std::to_string(e.port);
    return e.host + ":" + std::to_string(e.port);
}

bool is_this_machine(const stream::endpoint& to) noexcept {
    if (to.protocol().family() == AF_INET)
        return (ntohl(reinterpret_cast<const sockaddr_in*>(to.data())->sin_addr.s_addr) >> 24) == 127;
    if (to.protocol().family() == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(to.data())->sin6_addr);
    return true;
}

[[noreturn]] void throw_no_way(const endpoint& to, const std::string& why) {
    throw_error(errc::connect_failed, "cannot connect to " + name_of(to) + ": " + why);
}

[[noreturn]] void throw_too_late(const endpoint& to, const settings& s) {
    throw_no_way(to, "no session within " + std::to_string(s.connect_timeout.count()) + " ms");
}

asio::awaitable<std::vector<stream::endpoint>> addresses(const endpoint& e, const settings& s,
                                                         deadline until) {
    std::vector<stream::endpoint> all;
    if (is_unix(e)) {
        const std::string path = name_of(e);
        if (path.size() >= sizeof(sockaddr_un::sun_path)) throw_no_way(e, "the socket's path is too long");
        all.emplace_back(asio::local::stream_protocol::endpoint(path));
        co_return all;
    }
    boost::system::error_code failed;
    asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
    const time_limit limit(co_await asio::this_coro::executor, [&resolver] { resolver.cancel(); }, until);
    const auto found = co_await resolver.async_resolve(e.host, std::to_string(e.port),
                                                       asio::redirect_error(asio::use_awaitable, failed));
    if (limit.over()) throw_too_late(e, s);
    if (failed) throw_no_way(e, failed.message());
    for (const auto& one : found) all.emplace_back(one.endpoint());
    co_return all;
}

pgwire::tls_mode tls_of(const settings& s, bool local, bool unix_socket) {
    if (unix_socket) return pgwire::tls_mode::disable;
    if (!s.ssl) return pgwire::usual_tls_mode(local);
    switch (*s.ssl) {
    case ssl_mode::disable: return pgwire::tls_mode::disable;
    case ssl_mode::allow: return pgwire::tls_mode::allow;
    case ssl_mode::prefer: return pgwire::tls_mode::prefer;
    case ssl_mode::require: return pgwire::tls_mode::require;
    case ssl_mode::verify_ca: return pgwire::tls_mode::verify_ca;
    case ssl_mode::verify_full: break;
    }
    return pgwire::tls_mode::verify_full;
}

// The session of one attempt. Its time is up when the socket is closed under it.
asio::awaitable<void> log_in(started& session, const settings& s, const endpoint& e, bool local) {
    std::vector<pgwire::startup_parameter> more;
    if (!s.options.empty()) more.push_back({"options", s.options});
    pgwire::startup_settings wanted;
    wanted.user = s.user;
    wanted.database = s.database;
    wanted.application_name = s.application_name;
    wanted.password = e.password.reveal();
    wanted.parameters = more;
    wanted.policy = login_policy(s, e);
    wanted.wanted = tls_of(s, local, is_unix(e));
    wanted.local = local;

    pgwire::startup machine(wanted);
    pgwire::output out;
    boost::system::error_code failed;
    using step = pgwire::startup::step;
    for (step next = machine.begin(out);;) {
        if (next == step::done) break;
        if (next == step::failed) {
            const auto& why = machine.failure();
            error_info info;
            info.sqlstate = why.sqlstate;
            std::string text = "cannot connect to " + name_of(e) + ": " + why.message;
            if (why.kind == errc::permission_denied && !e.password_from.empty())
                text += " (the password: " + e.password_from + ")";
            throw_error(why.kind, text, std::move(info));
        }
        if (next == step::write) {
            co_await asio::async_write(session.socket, asio::buffer(out.view()),
                                       asio::redirect_error(asio::use_awaitable, failed));
            machine.written(out);
            if (failed) throw_no_way(e, failed.message());
        }
        pgwire::frame message;
        for (;;) {
            const auto got = session.in.next(message);
            if (got == pgwire::frames::step::message) {
                next = machine.take(message, out);
                break;
            }
            if (got == pgwire::frames::step::broken) {
                next = machine.broken();
                break;
            }
            const auto room = session.in.room();
            const std::size_t n = co_await session.socket.async_read_some(
                asio::buffer(room.data(), room.size()), asio::redirect_error(asio::use_awaitable, failed));
            if (failed == asio::error::eof || failed == asio::error::connection_reset) {
                next = machine.closed();
                break;
            }
            if (failed) throw_no_way(e, failed.message());
            session.in.filled(n);
        }
    }
    session.in.accept(pgwire::frames::limits{}.message);
    session.reported = machine.reported();
    session.process = machine.process();
    session.key = machine.key();
}

asio::awaitable<void> try_address(started& session, const settings& s, const endpoint& e, stream::endpoint to,
                                  deadline until) {
    boost::system::error_code failed;
    session.socket = stream::socket(session.socket.get_executor());
    session.in = pgwire::frames();
    session.in.accept(pgwire::startup::most_bytes);
    const auto close = [&session] {
        boost::system::error_code ignored;
        ignored = session.socket.close(ignored);
    };
    const time_limit limit(co_await asio::this_coro::executor, close, until);
    std::exception_ptr why;
    try {
        co_await session.socket.async_connect(to, asio::redirect_error(asio::use_awaitable, failed));
        if (failed) throw_no_way(e, failed.message());
        session.to = to;
        if (to.protocol().family() != AF_UNIX) {
            session.socket.set_option(asio::ip::tcp::no_delay(true));
            watch_peer(session.socket.native_handle());
        }
        co_await log_in(session, s, e, is_this_machine(to));
    } catch (...) { why = std::current_exception(); }
    if (limit.over()) throw_too_late(e, s);
    if (why) std::rethrow_exception(why);
}

} // namespace

namespace {

// The last one, with the words of all.
[[noreturn]] void throw_all(const std::vector<std::exception_ptr>& failures) {
    std::string text;
    for (const std::exception_ptr& one : failures) {
        try {
            std::rethrow_exception(one);
        } catch (const error& e) {
            if (text.find(e.message()) == std::string::npos) text += (text.empty() ? "" : "; ") + e.message();
            if (&one == &failures.back() && text != e.message()) throw_error(e.kind(), text, e.info());
            if (&one == &failures.back()) throw;
        }
    }
    std::terminate();
}

} // namespace

asio::awaitable<started> connect(asio::any_io_executor io, std::shared_ptr<const settings> s) {
    started session{stream::socket(io), {}, pgwire::frames(), {}, 0, {}};
    std::vector<std::exception_ptr> failures;
    for (const endpoint& e : s->endpoints) {
        const deadline until = s->connect_timeout.count() > 0 ? after(s->connect_timeout) : no_deadline;
        std::vector<stream::endpoint> found;
        try {
            found = co_await addresses(e, *s, until);
        } catch (...) { failures.push_back(std::current_exception()); }
        for (const stream::endpoint& to : found) {
            try {
                co_await try_address(session, *s, e, to, until);
                co_return session;
            } catch (...) { failures.push_back(std::current_exception()); }
        }
    }
    if (failures.empty()) throw_error(errc::misuse, "there is no server to connect to");
    throw_all(failures);
}

} // namespace hawser::postgres
