#include <hawser/observe/log_observer.hpp>
#include <spdlog/logger.h>
#include <spdlog/spdlog.h>
#include <vector>

namespace hawser {
namespace {

template <class Duration>
double milliseconds(Duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

std::string_view name_of(transaction_outcome outcome) {
    switch (outcome) {
    case transaction_outcome::committed: return "committed";
    case transaction_outcome::rolled_back: return "rolled back";
    case transaction_outcome::unknown: return "outcome unknown";
    }
    return "?";
}

} // namespace

log_observer::log_observer(std::shared_ptr<spdlog::logger> to, log_options options)
    : to_(std::move(to)), options_(options) {}
log_observer::~log_observer() = default;

void log_observer::slow_for(std::string name, std::chrono::milliseconds from) {
    slow_for_.insert_or_assign(std::move(name), from);
}

void log_observer::on(const statement_ended& e) noexcept {
    const auto own = slow_for_.empty() ? slow_for_.end() : slow_for_.find(e.name);
    const auto slow_from = own == slow_for_.end() ? options_.slow_from : own->second;
    if (e.failure)
        to_->warn("{} failed with {} ({}) after {:.3f} ms: {}", e.name, to_string(*e.failure),
                  error_id(*e.failure), milliseconds(e.duration), e.sql);
    else if (e.duration >= slow_from)
        to_->log(e.duration >= options_.alert_from ? spdlog::level::err : spdlog::level::warn,
                 "DB_PERF_001 slow statement {}: {:.1f} ms, {} rows: {}", e.name, milliseconds(e.duration),
                 e.rows, e.sql);
    else if (options_.statements)
        to_->debug("{}: {:.3f} ms, {} rows: {}", e.name, milliseconds(e.duration), e.rows, e.sql);
}

void log_observer::on(const writer_waited& e) noexcept {
    to_->trace("{} waited {:.3f} ms for the writer", e.name, milliseconds(e.waited));
}

void log_observer::on(const group_committed& e) noexcept {
    to_->trace("group of {} committed, {} failed, held {:.3f} ms, commit {:.3f} ms", e.jobs, e.failed,
               milliseconds(e.held), milliseconds(e.committing));
}

void log_observer::on(const transaction_ended& e) noexcept {
    to_->log(e.outcome == transaction_outcome::unknown ? spdlog::level::err : spdlog::level::debug,
             "transaction {} {} after {:.3f} ms and {} statements", e.name, name_of(e.outcome),
             milliseconds(e.duration), e.statements);
}

void log_observer::on(const checkpointed& e) noexcept {
    to_->debug("checkpoint: {} of {} frames in {:.3f} ms", e.copied_frames, e.log_frames,
               milliseconds(e.duration));
}

void log_observer::on(const warning& e) noexcept {
    to_->warn("{}", e.text);
}

std::unique_ptr<log_observer> make_default_log(log_options options) {
    auto logger = spdlog::get("hawser");
    if (!logger) {
        const auto standard = spdlog::default_logger();
        std::vector<spdlog::sink_ptr> sinks;
        if (standard) sinks = standard->sinks();
        logger = std::make_shared<spdlog::logger>("hawser", sinks.begin(), sinks.end());
        logger->set_level(options.statements ? spdlog::level::debug : spdlog::level::info);
        logger->flush_on(spdlog::level::warn);
    }
    return std::make_unique<log_observer>(std::move(logger), options);
}

} // namespace hawser
