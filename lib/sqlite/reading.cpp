#include "sqlite/reading.hpp"
#include "engine/answer.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/quick.hpp"
#include "sqlite/run.hpp"
#include <hawser/core/error.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

constexpr auto answer_after = std::chrono::microseconds(500);
constexpr std::size_t quick_jobs_per_look = 4; // at the clock

// Of a quick read: there is nothing to stop, but its caller need not wait until the disk has answered.
class letting_go final : public engine::job::canceller {
public:
    void cancel(engine::job& running, boost::asio::cancellation_type type) noexcept override {
        using boost::asio::cancellation_type;
        const auto wanted = cancellation_type::terminal | cancellation_type::partial;
        if ((type & wanted) != cancellation_type::none && running.abandon()) deliver(running);
    }
    void abandon(engine::job&) noexcept override {}
};

letting_go& of_quick_reads() noexcept {
    static letting_go canceller;
    return canceller;
}

bool met_lock(const std::exception_ptr& failure) noexcept {
    return failure && (native_code(failure) & 0xff) == SQLITE_BUSY;
}

} // namespace

reading::reading(connection& c, slot& s, job_queue& queue, async::gate& room, hawser::observer* watch)
    : connection_(c), slot_(s), queue_(queue), room_(room), watch_(watch) {
    connection_.tell(this);
}

reading::~reading() {
    connection_.tell(nullptr);
    answer_all();
}

void reading::answer_all() noexcept {
    answer(done_, room_);
    done_.clear();
}

void reading::give_back() noexcept {
    deadline first = no_deadline;
    for (const auto& e : taken_) first = std::min(first, e.job->due);
    queue_.put_back(taken_);
    slot_.remind(first);
}

void reading::answer_late() noexcept {
    if (!done_.empty() && clock::now() - first_done_ > answer_after) answer_all();
}

std::exception_ptr reading::run_job(engine::job& j) {
    if (j.what == engine::verb::ping) {
        if (auto gone = connection_.file().gone()) return gone;
        const char* sql = "select 1 from sqlite_schema limit 1";
        const int code = connection_.exec_own(sql);
        return code == SQLITE_OK ? nullptr
                                 : failure_of(connection_.handle(), code, {.name = "ping", .sql = sql});
    }
    try {
        run_batch(connection_, j.batch, {.name = j.name, .observer = watch_});
    } catch (...) { return std::current_exception(); }
    return nullptr;
}

void reading::run(const engine::job_ptr& j) {
    if (is_quick(*j)) return run_quick(j);
    slot_.enter(*j, j->due);
    if (!j->start()) {
        slot_.leave(*j);
        return drop(j, room_);
    }
    std::exception_ptr failure = run_job(*j);
    if (slot_.leave(*j) && was_interrupted(failure))
        failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
    else if (slot_.closing() && was_interrupted(failure))
        failure = make_error(errc::closed, "the database was closed while the statement ran");
    poisoned_ = poisoned_ || poisons(failure);
    j->failure = std::move(failure);
    keep(j);
    if (done_.size() > 1) answer_late();
}

// It is over before anybody could stop it.
void reading::run_quick(const engine::job_ptr& j) {
    j->runner.store(&of_quick_reads(), std::memory_order_release);
    if (!j->start()) return drop(j, room_);
    slot_.enter_quick(*j);
    std::exception_ptr failure = run_job(*j);
    slot_.leave_quick();
    if (hands_on_ && met_lock(failure) && j->hand_on()) {
        taken_.push_front({j, 0});
        give_back();
        handed_on_ = true;
        return;
    }
    poisoned_ = poisoned_ || poisons(failure);
    j->failure = std::move(failure);
    keep(j);
    if (done_.size() % quick_jobs_per_look == 0) answer_late();
}

void reading::keep(const engine::job_ptr& j) noexcept {
    if (done_.empty()) first_done_ = clock::now();
    done_.push_back(j);
}

} // namespace hawser::sqlite
