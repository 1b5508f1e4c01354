#include "db/watcher.hpp"
#include <hawser/observe/log_observer.hpp>

namespace hawser::detail {
namespace {

class both final : public observer {
public:
    both(std::unique_ptr<observer> log, observer& other) noexcept : log_(std::move(log)), other_(other) {}

    void on(const statement_started& e) noexcept override { tell(e); }
    void on(const statement_ended& e) noexcept override { tell(e); }
    void on(const writer_waited& e) noexcept override { tell(e); }
    void on(const group_committed& e) noexcept override { tell(e); }
    void on(const transaction_ended& e) noexcept override { tell(e); }
    void on(const checkpointed& e) noexcept override { tell(e); }
    void on(const warning& e) noexcept override { tell(e); }

private:
    template <class Event>
    void tell(const Event& e) noexcept {
        log_->on(e);
        other_.on(e);
    }

    const std::unique_ptr<observer> log_;
    observer& other_;
};

} // namespace

std::unique_ptr<observer> make_watcher(const open_options& options) {
    if (!options.log_statements && !options.log_slow_statements) return nullptr;
    std::unique_ptr<observer> log = make_default_log({.statements = options.log_statements,
                                                      .slow_from = options.slow_statement,
                                                      .alert_from = options.slow_statement_alert});
    if (options.observer == nullptr) return log;
    return std::make_unique<both>(std::move(log), *options.observer);
}

} // namespace hawser::detail
