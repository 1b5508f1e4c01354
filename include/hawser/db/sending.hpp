#pragma once
// A job on its way, in the frame of the coroutine that waits for its answer: the calls that are made by the million have
// one coroutine less than by send(), which is this in a coroutine of its own:
//
//   sending s(std::move(to), j);
//   if (!s.goes_in()) co_await s.room();
//   const auto state = co_await boost::asio::this_coro::cancellation_state;
//   s.see_cancelled(state);
//   co_await s.answer();
//   s.finish();
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstddef>
#include <hawser/async/operation.hpp>
#include <hawser/async/task.hpp>
#include <hawser/engine/engine.hpp>
#include <hawser/engine/job.hpp>
#include <memory>

namespace hawser::detail {

class sending {
public:
    // Throws the failure of a job that was found out before it is sent.
    sending(std::shared_ptr<engine::engine> to, engine::job_ptr j);
    ~sending();
    sending(const sending&) = delete;
    sending& operator=(const sending&) = delete;

    // Whether there is room for it in the queue at once; where the job is on a lease none is needed.
    [[nodiscard]] bool goes_in();
    // Waits for it.
    [[nodiscard]] task<void> room();
    // A cancellation that came before the job took a place, or with it: throws it, as that of a job under way is told.
    void see_cancelled(const boost::asio::cancellation_state& state) const;
    // Submits, and waits.
    [[nodiscard]] auto answer() { return async::wait(*job_, submit{this}); }
    // Throws the job's failure.
    void finish() const;

private:
    // Runs in the awaiting coroutine's frame until the engine has the job: from then on that frame may be gone at any
    // moment.
    struct submit {
        sending* self;
        void operator()() const { self->hand_over(); }
    };
    void hand_over() noexcept;
    [[nodiscard]] std::size_t weight() const noexcept;

    std::shared_ptr<engine::engine> to_;
    engine::job_ptr job_;
    std::weak_ptr<const void> within_; // the lease, whose failures tell of it
    std::size_t place_ =
        0; // bytes of its own in the queue; of a job that was handed over the engine gives them back
};

} // namespace hawser::detail
