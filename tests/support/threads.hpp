#pragma once
// An io_context with threads of its own.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace support {

// Runs until it is destroyed, which waits for all work to end.
class io_threads {
public:
    explicit io_threads(unsigned count) : guard_(io_.get_executor()) {
        for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this] { io_.run(); });
        for (const auto& t : threads_) ids_.insert(t.get_id());
    }
    ~io_threads() { join(); }
    io_threads(const io_threads&) = delete;
    io_threads& operator=(const io_threads&) = delete;

    // Until all work has ended.
    void join() {
        guard_.reset();
        for (auto& t : threads_)
            if (t.joinable()) t.join();
    }

    [[nodiscard]] boost::asio::io_context& context() noexcept { return io_; }
    [[nodiscard]] auto executor() noexcept { return io_.get_executor(); }
    [[nodiscard]] bool here() const { return ids_.contains(std::this_thread::get_id()); }

private:
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
    std::vector<std::thread> threads_;
    std::set<std::thread::id> ids_;
};

} // namespace support
