#pragma once
// Ends jobs: gives back their room and resumes their callers.
#include "async/awaiters.hpp"
#include <boost/asio/execution_context.hpp>
#include <exception>
#include <hawser/async/gate.hpp>
#include <hawser/engine/job.hpp>
#include <span>
#include <string>

namespace hawser::engine {

// Answers running jobs, with one post for each run of neighbours that share an executor.
void answer(std::span<const job_ptr> done, async::gate& room) noexcept;
inline void answer(const job_ptr& done, async::gate& room) noexcept {
    answer(std::span(&done, 1), room);
}
// Same. In a handler of `here` callers may be left for it to resume.
[[nodiscard]] async::awaiters answer_in(std::span<const job_ptr> done, async::gate& room,
                                        const boost::asio::execution_context* here) noexcept;
// Answers a job that was not begun; does nothing but give back its room if somebody else was quicker.
void refuse(const job_ptr& j, std::exception_ptr why, async::gate& room) noexcept;
// Gives back the room of a job that somebody else has answered.
void drop(const job_ptr& j, async::gate& room) noexcept;

// The failures of jobs that did not get to run.
[[nodiscard]] std::exception_ptr closed_failure();
[[nodiscard]] std::exception_ptr expired_failure(const job& j, const std::string& holder);

} // namespace hawser::engine
