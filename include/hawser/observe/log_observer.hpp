#pragma once
// Writes events to an spdlog logger.
#include <hawser/observe/observer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace hawser {

struct log_options {
    bool statements = false;                    // every statement, at debug level
    std::chrono::milliseconds slow_from{100};   // slower statements are warnings (DB_PERF_001)
    std::chrono::milliseconds alert_from{1000}; // slower ones are errors
};

// Warnings of the engine at warn, failures at warn, slow statements at warn or error, the rest at debug or trace.
// SQL text is logged, values are not. The logger does the waiting: give it an asynchronous sink on hot paths.
class log_observer final : public observer {
public:
    explicit log_observer(std::shared_ptr<spdlog::logger> to, log_options options = {});
    ~log_observer() override;

    // Another slow_from for statements of this name. Before the observer is given to a database.
    void slow_for(std::string name, std::chrono::milliseconds from);

    using observer::on;
    void on(const statement_ended&) noexcept override;
    void on(const writer_waited&) noexcept override;
    void on(const group_committed&) noexcept override;
    void on(const transaction_ended&) noexcept override;
    void on(const checkpointed&) noexcept override;
    void on(const warning&) noexcept override;

private:
    std::shared_ptr<spdlog::logger> to_;
    log_options options_;
    std::map<std::string, std::chrono::milliseconds, std::less<>> slow_for_;
};

// A log_observer that writes to the sinks of spdlog's default logger, marked "hawser"; or to the logger that the
// program has registered with spdlog by that name. Debug level is shown where statements are wanted.
[[nodiscard]] std::unique_ptr<log_observer> make_default_log(log_options options);

} // namespace hawser
