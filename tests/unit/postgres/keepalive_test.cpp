// A connection over TCP notices by itself that its peer has gone.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include <filesystem>
#include <hawser/postgres/engine.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <thread>

using support::fake_server;
using support::dialogue;
namespace pg = support::pg;

namespace {

// This process's socket whose peer has that port; -1: none.
int socket_to(std::uint16_t port) {
    for (const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int candidate = std::stoi(one.path().filename().string());
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (getpeername(candidate, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if (peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) return candidate;
    }
    return -1;
}

int option(int socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    getsockopt(socket, level, name, &value, &size);
    return value;
}

} // namespace

TEST_CASE("the system looks after a TCP connection, and ends it within half a minute of silence",
          "[postgres][concurrency]") {
    fake_server server(dialogue().login().expect(pg::sync()).pause().answer(pg::ready()),
                       fake_server::listens::tcp);
    hawser::postgres::settings s;
    s.endpoints = {{.host = server.host(), .port = server.port()}};
    s.user = "hawser";
    s.database = "fake";
    const auto e = hawser::postgres::open(s);
    support::question ping(hawser::engine::batch_mode::read);
    ping.job->what = hawser::engine::verb::ping;
    std::thread looks([&] {
        server.wait_for_pause();
        const int connection = socket_to(server.port());
        CHECK(connection >= 0);
        CHECK(option(connection, SOL_SOCKET, SO_KEEPALIVE) == 1);
        const int probed =
            option(connection, IPPROTO_TCP, TCP_KEEPIDLE) +
            option(connection, IPPROTO_TCP, TCP_KEEPINTVL) * option(connection, IPPROTO_TCP, TCP_KEEPCNT);
        CHECK(probed <= 30);
        const int unanswered = option(connection, IPPROTO_TCP, TCP_USER_TIMEOUT);
        CHECK(unanswered > 0);
        CHECK(unanswered <= 30'000);
        server.let_go();
    });
    support::ask(e, ping);
    looks.join();
    support::close(e);
}
