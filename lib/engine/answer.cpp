#include "engine/answer.hpp"
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <vector>

namespace hawser::engine {
namespace {

// Of those that somebody waits for.
std::vector<async::operation*> finish(std::span<const job_ptr> done, async::gate& room) {
    std::vector<async::operation*> finished;
    finished.reserve(done.size());
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (const job_ptr& j : done) {
        count += j->weight > 0 ? 1 : 0;
        bytes += j->weight;
        if (j->round_trips == 0) j->round_trips = 1;
        if (j->finish_running()) finished.push_back(j.get());
    }
    if (count > 0) room.leave(count, bytes);
    return finished;
}

} // namespace

void answer(std::span<const job_ptr> done, async::gate& room) noexcept {
    deliver(finish(done, room));
}

async::awaiters answer_in(std::span<const job_ptr> done, async::gate& room,
                          const boost::asio::execution_context* here) noexcept {
    return {finish(done, room), here};
}

void refuse(const job_ptr& j, std::exception_ptr why, async::gate& room) noexcept {
    drop(j, room);
    if (j->finish_queued(std::move(why))) deliver(*j);
}

void drop(const job_ptr& j, async::gate& room) noexcept {
    if (j->weight > 0) room.leave(1, j->weight);
}

std::exception_ptr closed_failure() {
    return make_error(errc::closed, "the database is closed");
}

std::exception_ptr expired_failure(const job& j, const std::string& holder) {
    error_info info;
    info.statement_name = j.name;
    info.duration = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - j.submitted);
    std::string text = "the deadline passed before the work began";
    if (!holder.empty()) text += "; " + holder;
    return make_error(holder.empty() ? errc::statement_timeout : errc::busy, text, std::move(info));
}

} // namespace hawser::engine
