#include "sqlite/inline_reader.hpp"
#include "engine/answer.hpp"
#include "sqlite/quick.hpp"
#include "sqlite/reading.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/observe/observer.hpp>

namespace hawser::sqlite {
namespace {

constexpr auto longest_turn = std::chrono::milliseconds(1);

bool any_job(const engine::job&) {
    return true;
}

} // namespace

inline_reader::inline_reader(const settings& s, async::gate& room, keeper& k, readers& rest)
    : settings_(s),
      room_(room),
      rest_(rest),
      slot_(k),
      connection_(std::make_unique<connection>(s, role::reader)) {
    slot_.use(connection_.get());
}

bool inline_reader::wants(const engine::job& j) noexcept {
    return j.batch.mode == engine::batch_mode::read && is_quick(j);
}

bool inline_reader::submit(engine::job_ptr j) {
    const async::operation& from = *j;
    bool taken = false;
    turn_.announce(from, [&] { taken = queue_.push_quietly(std::move(j)); });
    return taken;
}

void inline_reader::turn_ended() noexcept {
    {
        const std::unique_lock turn(turn_mutex_, std::try_to_lock);
        const deadline until = clock::now() + longest_turn;
        while (turn && connection_ && queue_.size() > 0 && clock::now() < until)
            if (!run_once()) break;
    }
    pass_on();
}

bool inline_reader::run_once() {
    bool poisoned = false;
    bool locked = false;
    {
        // There is a lock only while another process recovers the log: the threads wait for that.
        reading reads(*connection_, slot_, queue_, room_, settings_.observer);
        reads.hand_on_what_meets_locks();
        reads.run_together(any_job, 1);
        poisoned = reads.poisoned();
        locked = reads.handed_on();
    }
    if (!poisoned) return !locked;
    if (settings_.observer)
        settings_.observer->on(warning{"reads by key go to the readers' threads from now on: their "
                                       "connection met an I/O error or damage"});
    slot_.use(nullptr);
    connection_.reset(); // the threads read from now on
    return false;
}

void inline_reader::pass_on() noexcept {
    while (const auto j = queue_.take())
        if (!rest_.submit_at_once(j)) refuse(j, engine::closed_failure(), room_);
}

void inline_reader::shut() noexcept {
    queue_.shut();
    pass_on();
}

void inline_reader::join() noexcept {
    turn_.detach();
    pass_on();
    slot_.use(nullptr);
    connection_.reset();
}

deadline inline_reader::expire(clock::time_point now) noexcept {
    deadline next = slot_.expire(now);
    queue_.each([&](const engine::job_ptr& j) {
        if (j->due > now)
            next = std::min(next, j->due);
        else if (j->finish_queued(engine::expired_failure(*j, {})))
            deliver(*j);
    });
    return next;
}

void inline_reader::stop_reads() noexcept {
    slot_.stop_reads();
}

} // namespace hawser::sqlite
