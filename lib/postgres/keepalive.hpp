#pragma once

namespace hawser::postgres {

// Of a TCP socket: the system asks whether the peer is still there while nothing comes, and ends the connection where
// it does not answer.
void watch_peer(int socket) noexcept;

} // namespace hawser::postgres
