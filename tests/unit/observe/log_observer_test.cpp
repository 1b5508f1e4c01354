#include "support/catch.hpp"
#include <hawser/observe/log_observer.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sstream>
#include <string>

using namespace std::chrono_literals;
using hawser::errc;

namespace {

// A logger into a string, a line "level: text" each.
class written {
public:
    written() {
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out_);
        sink->set_pattern("%l: %v");
        logger_ = std::make_shared<spdlog::logger>("test", sink);
        logger_->set_level(spdlog::level::trace);
    }
    [[nodiscard]] const std::shared_ptr<spdlog::logger>& logger() const { return logger_; }
    [[nodiscard]] std::string text() {
        logger_->flush();
        return out_.str();
    }

private:
    std::ostringstream out_;
    std::shared_ptr<spdlog::logger> logger_;
};

hawser::statement_ended ended(std::chrono::nanoseconds duration, std::optional<errc> failure = {}) {
    return {.name = "trades.insert",
            .sql = "insert into \"trades\" values (?1)",
            .duration = duration,
            .rows = 1,
            .failure = failure};
}

template <class... Events>
std::string logged(hawser::log_options options, const Events&... events) {
    written w;
    hawser::log_observer to(w.logger(), options);
    hawser::observer& seam = to;
    (seam.on(events), ...);
    return w.text();
}

} // namespace

TEST_CASE("a quick statement is logged only where statements are wanted", "[observe][log]") {
    CHECK(logged({}, ended(99ms)).empty());
    CHECK(logged({.statements = true}, ended(1500us)) ==
          "debug: trades.insert: 1.500 ms, 1 rows: insert into \"trades\" values (?1)\n");
}

TEST_CASE("a slow statement is a warning with its code, a very slow one an error", "[observe][log]") {
    CHECK(logged({}, ended(100ms)) == "warning: DB_PERF_001 slow statement trades.insert: 100.0 ms, 1 rows: "
                                      "insert into \"trades\" values (?1)\n");
    CHECK_THAT(logged({}, ended(1000ms)), support::contains_text("error: DB_PERF_001"));
    CHECK_THAT(logged({.slow_from = 1ms, .alert_from = 2ms}, ended(1ms)),
               support::contains_text("warning: "));
}

TEST_CASE("a name may have its own idea of slow", "[observe][log]") {
    written w;
    hawser::log_observer to(w.logger());
    to.slow_for("trades.insert", 5ms);
    hawser::observer& seam = to;
    seam.on(ended(6ms));
    hawser::statement_ended other = ended(6ms);
    other.name = "trades.update";
    seam.on(other);
    CHECK_THAT(w.text(), support::contains_text("slow statement trades.insert"));
    CHECK_THAT(w.text(), !support::contains_text("trades.update"));
}

TEST_CASE("a failed statement is a warning that names kind and code, however quick it was",
          "[observe][log]") {
    CHECK(logged({}, ended(2ms, errc::unique_violation)) ==
          "warning: trades.insert failed with unique_violation (DB_CON_001) after 2.000 ms: "
          "insert into \"trades\" values (?1)\n");
}

TEST_CASE("a transaction whose outcome is unknown is an error, others are detail", "[observe][log]") {
    using hawser::transaction_outcome;
    const auto end = [](transaction_outcome outcome) {
        return hawser::transaction_ended{
            .name = "fill", .outcome = outcome, .duration = 3ms, .statements = 2};
    };
    CHECK(logged({}, end(transaction_outcome::committed)) ==
          "debug: transaction fill committed after 3.000 ms and 2 statements\n");
    CHECK_THAT(logged({}, end(transaction_outcome::rolled_back)),
               support::contains_text("debug: transaction fill rolled back"));
    CHECK_THAT(logged({}, end(transaction_outcome::unknown)),
               support::contains_text("error: transaction fill outcome unknown"));
}

TEST_CASE("waiting, groups and checkpoints are detail, and the engine's warnings are warnings",
          "[observe][log]") {
    CHECK(logged({}, hawser::writer_waited{.name = "a.b", .waited = 5ms}) ==
          "trace: a.b waited 5.000 ms for the writer\n");
    CHECK(logged({}, hawser::group_committed{.jobs = 7, .failed = 1, .held = 2ms, .committing = 1ms}) ==
          "trace: group of 7 committed, 1 failed, held 2.000 ms, commit 1.000 ms\n");
    CHECK(logged({}, hawser::checkpointed{.log_frames = 9, .copied_frames = 4, .duration = 1ms}) ==
          "debug: checkpoint: 4 of 9 frames in 1.000 ms\n");
    CHECK(logged({}, hawser::warning{.text = "a known bug"}) == "warning: a known bug\n");
    CHECK(logged({.statements = true}, hawser::statement_started{.name = "a", .sql = "b"}).empty());
}

TEST_CASE("braces in a text are text", "[observe][log]") {
    CHECK(logged({}, hawser::warning{.text = "{} {0} {x"}) == "warning: {} {0} {x\n");
}

TEST_CASE("an observer sees only what it overrides", "[observe]") {
    struct counting final : hawser::observer {
        using hawser::observer::on;
        void on(const hawser::warning&) noexcept override { ++warnings; }
        int warnings = 0;
    } seen;
    hawser::observer& seam = seen;
    seam.on(hawser::statement_started{});
    seam.on(ended(1ms));
    seam.on(hawser::writer_waited{});
    seam.on(hawser::group_committed{});
    seam.on(hawser::transaction_ended{});
    seam.on(hawser::checkpointed{});
    seam.on(hawser::warning{});
    CHECK(seen.warnings == 1);
}
