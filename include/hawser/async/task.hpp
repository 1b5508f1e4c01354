#pragma once
#include <boost/asio/awaitable.hpp>

namespace hawser {

// What every operation returns: lazy, started by co_await, resumed on the awaiting coroutine's executor.
template <class T = void>
using task = boost::asio::awaitable<T>;

} // namespace hawser
