#include "sqlite/reading.hpp"
#include "sqlite/answer.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/run.hpp"
#include <hawser/core/error.hpp>
#include <sqlite3.h>

namespace hawser::sqlite {
namespace {

constexpr auto answer_after = std::chrono::microseconds(500);

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
    slot_.enter(*j, j->due);
    if (!j->start()) {
        slot_.leave(*j);
        return drop(j, room_);
    }
    std::exception_ptr failure = run_job(*j);
    if (slot_.leave(*j) && was_interrupted(failure))
        failure = make_error(errc::statement_timeout, "the deadline passed while the statement ran");
    poisoned_ = poisoned_ || poisons(failure);
    j->failure = std::move(failure);
    if (done_.empty()) first_done_ = clock::now();
    done_.push_back(j);
    if (done_.size() > 1) answer_late();
}

} // namespace hawser::sqlite
