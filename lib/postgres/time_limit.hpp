#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <hawser/async/deadline.hpp>
#include <memory>
#include <utility>

namespace hawser::postgres {

// Stops what is under way when the time is up.
class time_limit {
public:
    time_limit(boost::asio::any_io_executor on, std::function<void()> stop, deadline until)
        : state_(std::make_shared<state>(state{boost::asio::steady_timer(on), std::move(stop), false})) {
        if (until == no_deadline) return;
        state_->timer.expires_at(until);
        state_->timer.async_wait([held = state_](const boost::system::error_code& e) {
            if (e || !held->stop) return;
            held->over = true;
            held->stop();
        });
    }
    ~time_limit() {
        state_->stop = nullptr;
        state_->timer.cancel();
    }
    time_limit(const time_limit&) = delete;
    time_limit& operator=(const time_limit&) = delete;
    [[nodiscard]] bool over() const noexcept { return state_->over; }

private:
    struct state {
        boost::asio::steady_timer timer;
        std::function<void()> stop;
        bool over;
    };
    std::shared_ptr<state> state_;
};

} // namespace hawser::postgres
