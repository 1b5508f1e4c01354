#pragma once
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/execution_context.hpp>

namespace hawser::async {

// Its maker has said so, by the concurrency hint 1. False where Asio does not tell.
[[nodiscard]] inline bool runs_on_one_thread(boost::asio::execution_context& context) {
    const auto is_one = [](const auto& scheduler) {
        if constexpr (requires { scheduler.concurrency_hint(); })
            return scheduler.concurrency_hint() == 1;
        else
            return false;
    };
    return is_one(boost::asio::use_service<boost::asio::detail::scheduler>(context));
}

} // namespace hawser::async
