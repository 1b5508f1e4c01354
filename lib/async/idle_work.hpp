#pragma once
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/execution_context.hpp>
#include <utility>

namespace hawser::async {

// While it lives, one pending operation of the context does not count as work: an idle connection that waits for the
// server does not keep run() from returning. To be dropped before the operation's handler does anything else.
class idle_work {
public:
    // What counts a context's work; to be looked up once.
    using counter = boost::asio::detail::scheduler;
    static counter& counter_of(boost::asio::execution_context& c) {
        return boost::asio::use_service<counter>(c);
    }

    idle_work() = default;
    explicit idle_work(counter& of) : scheduler_(&of) { scheduler_->work_finished(); }
    idle_work(idle_work&& other) noexcept : scheduler_(std::exchange(other.scheduler_, nullptr)) {}
    idle_work& operator=(idle_work&& other) noexcept {
        std::swap(scheduler_, other.scheduler_);
        return *this;
    }
    ~idle_work() {
        if (scheduler_ != nullptr) scheduler_->work_started();
    }
    explicit operator bool() const noexcept { return scheduler_ != nullptr; }

private:
    counter* scheduler_ = nullptr;
};

} // namespace hawser::async
