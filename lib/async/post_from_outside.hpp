#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <functional>

namespace hawser::async {

// asio::post from a thread that the context does not know of. What is posted may end the context's last run, and the
// context be destroyed, while the posting thread is still waking it: its destruction waits for that.
void post_from_outside(const boost::asio::any_io_executor& to, std::function<void()> what);

} // namespace hawser::async
