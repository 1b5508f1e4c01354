#include "postgres/cancel_request.hpp"
#include "postgres/time_limit.hpp"
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace hawser::postgres {

namespace asio = boost::asio;

asio::awaitable<bool> request_cancel(asio::generic::stream_protocol::endpoint server, std::string message,
                                     deadline until) {
    const auto here = co_await asio::this_coro::executor;
    co_await asio::post(here, asio::use_awaitable);
    asio::generic::stream_protocol::socket socket(here);
    const auto close = [&socket] {
        boost::system::error_code ignored;
        ignored = socket.close(ignored);
    };
    const time_limit limit(here, close, until);
    if (clock::now() >= until) co_return false; // the context was not run
    boost::system::error_code failed;
    co_await socket.async_connect(server, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return !limit.over(); // nobody was asked
    co_await asio::async_write(socket, asio::buffer(message),
                               asio::redirect_error(asio::use_awaitable, failed));
    std::array<char, 64> nothing{};
    while (!failed)
        co_await socket.async_read_some(asio::buffer(nothing),
                                        asio::redirect_error(asio::use_awaitable, failed));
    // A reset may be that of something in between, which passes the request on later.
    co_return failed == asio::error::eof && !limit.over();
}

} // namespace hawser::postgres
