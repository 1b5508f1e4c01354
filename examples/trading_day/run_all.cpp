#include "run_all.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <mutex>
#include <thread>

namespace day {

void run_all(unsigned threads, std::vector<hawser::task<void>> tasks) {
    boost::asio::io_context context(static_cast<int>(threads));
    std::mutex mutex;
    std::exception_ptr first;
    for (auto& task : tasks)
        boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& failure) {
            const std::lock_guard lock(mutex);
            if (!first) first = failure;
        });
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i) others.emplace_back([&] { context.run(); });
        context.run();
    }
    if (first) std::rethrow_exception(first);
}

} // namespace day
