#include "postgres/keepalive.hpp"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace hawser::postgres {
namespace {

constexpr int idle_seconds = 10;
constexpr int seconds_between = 5;
constexpr int probes = 3;
// Of bytes that were sent and not acknowledged.
constexpr int user_timeout_milliseconds = (idle_seconds + probes * seconds_between) * 1000;

// A system that does not know it works without.
void set(int socket, int level, int name, int value) noexcept {
    static_cast<void>(setsockopt(socket, level, name, &value, sizeof value));
}

} // namespace

void watch_peer(int socket) noexcept {
    set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(socket, IPPROTO_TCP, TCP_KEEPIDLE, idle_seconds);
    set(socket, IPPROTO_TCP, TCP_KEEPINTVL, seconds_between);
    set(socket, IPPROTO_TCP, TCP_KEEPCNT, probes);
    set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_milliseconds);
}

} // namespace hawser::postgres
