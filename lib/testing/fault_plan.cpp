#include "testing/fault_state.hpp"
#include <algorithm>
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <hawser/testing/failed_expectation.hpp>
#include <utility>

namespace hawser::testing {
namespace detail {
namespace {

void finish(const engine::job_ptr& j) {
    if (j->start() && j->finish_running()) deliver(*j);
}

} // namespace

void held_state::arrive(std::function<void()> on) {
    std::vector<engine::job_ptr> waiting;
    {
        const std::lock_guard lock(mutex_);
        reached_ = true;
        waiting.swap(waiting_);
        if (!released_) on_ = std::exchange(on, nullptr);
    }
    for (const auto& j : waiting) finish(j);
    if (on) on();
}

void held_state::release() {
    std::function<void()> on;
    {
        const std::lock_guard lock(mutex_);
        released_ = true;
        on.swap(on_);
    }
    if (on) on();
}

bool held_state::is_reached() const {
    const std::lock_guard lock(mutex_);
    return reached_;
}

void held_state::tell(std::shared_ptr<held_state> place, engine::job_ptr waiting) {
    {
        const std::lock_guard lock(place->mutex_);
        if (!place->reached_) return place->waiting_.push_back(std::move(waiting));
    }
    finish(waiting);
}

void fault_state::plan(counted what, std::string name, std::size_t k, fault f) {
    if (k == 0) throw_error(errc::misuse, "fault plan: statements are counted from 1");
    const std::lock_guard lock(mutex_);
    planned_.push_back({what, std::move(name), k, std::move(f)});
}

std::optional<struck_fault> fault_state::take(const std::vector<step>& steps) {
    const std::lock_guard lock(mutex_);
    std::optional<struck_fault> found;
    for (const step& s : steps) {
        steps_.push_back(s.name);
        for (auto p = planned_.begin(); p != planned_.end();) {
            const bool counts = (p->what == counted::steps || (p->what == counted::commits && s.commits) ||
                                 (p->what == counted::statements && s.request)) &&
                                (p->name.empty() || p->name == s.name || p->name == s.call);
            if (!counts || --p->left > 0) {
                ++p;
                continue;
            }
            if (found)
                ++missed_;
            else
                found = struck_fault{std::move(p->does), s, steps_.size()};
            p = planned_.erase(p);
        }
    }
    if (found) {
        ++struck_;
        last_struck_ = found->at.name;
    }
    return found;
}

std::vector<std::string> fault_state::steps() const {
    const std::lock_guard lock(mutex_);
    return steps_;
}
std::size_t fault_state::struck() const {
    const std::lock_guard lock(mutex_);
    return struck_;
}
std::size_t fault_state::waiting() const {
    const std::lock_guard lock(mutex_);
    return planned_.size() + missed_;
}
std::string fault_state::last_struck() const {
    const std::lock_guard lock(mutex_);
    return last_struck_;
}
void fault_state::clear() {
    const std::lock_guard lock(mutex_);
    planned_.clear();
    missed_ = 0;
    steps_.clear();
}

namespace {

void plan(const fault_target& at, fault f) {
    at.state->plan(at.what, at.name, at.k, std::move(f));
}

} // namespace
} // namespace detail

held_statement::~held_statement() {
    if (state_) state_->release();
}

task<void> held_statement::reached() const {
    return [](std::shared_ptr<detail::held_state> state) -> task<void> {
        const auto j = engine::job::make();
        co_await async::wait(*j, [&state, &j] { detail::held_state::tell(state, j); });
        if (j->failure) std::rethrow_exception(j->failure);
    }(state_);
}
bool held_statement::is_reached() const noexcept {
    return state_->is_reached();
}
void held_statement::release() const {
    state_->release();
}

void planned_fault::fail(errc kind) const {
    detail::fault f{.what = detail::fault_action::fail, .kind = kind};
    detail::plan(*target_, std::move(f));
}
void planned_fault::cut(moment when) const {
    detail::fault f{.what = detail::fault_action::cut, .when = when};
    detail::plan(*target_, std::move(f));
}
void planned_fault::cancel(boost::asio::cancellation_signal& signal, boost::asio::any_io_executor where,
                           moment when, boost::asio::cancellation_type type) const {
    detail::fault f{.what = detail::fault_action::cancel,
                    .when = when,
                    .signal = &signal,
                    .type = type,
                    .where = std::move(where)};
    detail::plan(*target_, std::move(f));
}
void planned_fault::delay(std::chrono::milliseconds by) const {
    detail::fault f{.what = detail::fault_action::delay, .pause = by};
    detail::plan(*target_, std::move(f));
}
held_statement planned_fault::hold(moment when) const {
    auto held = std::make_shared<detail::held_state>();
    detail::fault f{.what = detail::fault_action::hold, .when = when, .held = held};
    detail::plan(*target_, std::move(f));
    return held_statement(std::move(held));
}

fault_plan::fault_plan() : state_(std::make_shared<detail::fault_state>()) {}
fault_plan::~fault_plan() = default;

planned_fault fault_plan::at_statement(std::size_t k) {
    return planned_fault(std::make_shared<detail::fault_target>(
        detail::fault_target{state_, detail::counted::statements, {}, k}));
}
planned_fault fault_plan::at_statement(std::string_view name, std::size_t k) {
    return planned_fault(std::make_shared<detail::fault_target>(
        detail::fault_target{state_, detail::counted::statements, std::string(name), k}));
}
planned_fault fault_plan::at_commit(std::size_t k) {
    return planned_fault(std::make_shared<detail::fault_target>(
        detail::fault_target{state_, detail::counted::commits, {}, k}));
}
planned_fault fault_plan::at_step(std::size_t k) {
    return planned_fault(
        std::make_shared<detail::fault_target>(detail::fault_target{state_, detail::counted::steps, {}, k}));
}

std::vector<std::string> fault_plan::steps() const {
    return state_->steps();
}
std::size_t fault_plan::struck() const {
    return state_->struck();
}
void fault_plan::expect_struck() const {
    if (state_->waiting() == 0) return;
    std::string text =
        std::to_string(state_->waiting()) + " planned faults have not struck; these steps were taken:";
    for (const auto& name : state_->steps()) text += "\n  " + name;
    throw failed_expectation(text);
}
void fault_plan::clear() {
    state_->clear();
}

const std::shared_ptr<detail::fault_state>& state_of(const fault_plan& plan) noexcept {
    return plan.state_;
}

} // namespace hawser::testing
