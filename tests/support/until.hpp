#pragma once
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <hawser/async/deadline.hpp>
#include <hawser/async/task.hpp>

namespace support {

// Lets the context go on until it has happened, for 20 s at most.
template <class Happened>
hawser::task<> until(Happened happened) {
    const auto here = co_await boost::asio::this_coro::executor;
    const auto late = hawser::after(std::chrono::seconds(20));
    while (!happened() && hawser::clock::now() < late)
        co_await boost::asio::post(here, boost::asio::use_awaitable);
}

} // namespace support
