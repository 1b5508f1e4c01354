#pragma once
// Runs a job in another's place, so that its answer can be changed and held back.
#include <functional>
#include <hawser/engine/engine.hpp>
#include <hawser/engine/job.hpp>
#include <memory>

namespace hawser::testing::detail {

// Invariants
// 1. The caller's job is running from start() on, until it is answered or let go; the engine sees its double only.
// 2. What is asked of the caller's job is asked of the double: cancellations, and to be left alone.
// 3. The relay lives as long as the caller's job, among what it owns.
class relay final : public engine::job::canceller, public std::enable_shared_from_this<relay> {
public:
    // Called on a thread of the kit when the engine has answered the double with this failure, or none. The relay is
    // to be answer()ed then, now or later.
    using then = std::function<void(const std::shared_ptr<relay>&, std::exception_ptr failure)>;

    // Null: somebody has answered the caller meanwhile.
    static std::shared_ptr<relay> take(const engine::job_ptr& caller, then done);

    // What the engine is given; may be changed before start().
    [[nodiscard]] engine::job& twin() noexcept { return *twin_; }
    void start(engine::engine& inner);
    // Resumes the caller. Once.
    void answer(std::exception_ptr failure);

    void cancel(engine::job& running, boost::asio::cancellation_type type) noexcept override;
    void abandon(engine::job& running) noexcept override;

private:
    void finished();

    engine::job_ptr caller_, twin_;
    then done_;
};

} // namespace hawser::testing::detail
