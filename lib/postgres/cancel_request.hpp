#pragma once
// A connection that lives as long as it takes to ask the server to stop what another one's session does.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <hawser/async/deadline.hpp>
#include <string>

namespace hawser::postgres {

// To be run on a strand. True: it is over. The server has closed the connection, so that the session has been told, or
// could not be reached. False: `until` has passed, or the connection has broken, and nobody knows whether the session
// will be told. Does nothing before it is resumed for the first time: whoever asks may hold a lock.
[[nodiscard]] boost::asio::awaitable<bool> request_cancel(
    boost::asio::generic::stream_protocol::endpoint server, std::string message, deadline until);

} // namespace hawser::postgres
