#pragma once
// From settings to a session that is ready.
#include "pgwire/frame.hpp"
#include "pgwire/reported_settings.hpp"
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <cstdint>
#include <hawser/postgres/settings.hpp>
#include <memory>
#include <string>

namespace hawser::postgres {

// A session at its first ReadyForQuery.
struct started {
    boost::asio::generic::stream_protocol::socket socket;
    boost::asio::generic::stream_protocol::endpoint to;
    pgwire::frames in;
    pgwire::reported_settings reported;
    std::int32_t process = 0;
    std::string key;
};

// Tries the endpoints in their order, each for settings::connect_timeout at most. Throws connect_failed or
// permission_denied of the last one, and names each endpoint that was tried. To be run on a strand.
[[nodiscard]] boost::asio::awaitable<started> connect(boost::asio::any_io_executor io,
                                                      std::shared_ptr<const settings> s);

} // namespace hawser::postgres
