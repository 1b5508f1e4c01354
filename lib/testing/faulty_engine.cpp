#include "testing/faulty_engine.hpp"
#include "async/post_from_outside.hpp"
#include "testing/broken_rows.hpp"
#include "testing/connections.hpp"
#include "testing/fault_state.hpp"
#include "testing/refusal.hpp"
#include "testing/relay.hpp"
#include "testing/steps.hpp"
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <string>
#include <utility>

namespace hawser::testing::detail {
namespace {

using engine::job;
using engine::job_ptr;
using engine::verb;
using alarm = std::shared_ptr<boost::asio::steady_timer>;

std::string message_of(const struck_fault& f, const char* what) {
    return "fault plan: step " + std::to_string(f.number) + " (" + f.at.name + ") " + what;
}

std::exception_ptr failure_of(const job& j, const struck_fault& f, errc kind, const char* what) {
    error_info info;
    info.statement_name = f.at.call.empty() ? f.at.name : f.at.call;
    if (f.at.request) info.sql = j.batch.requests[*f.at.request].what->text(dialect::sqlite);
    return make_error(kind, message_of(f, what), std::move(info));
}

// A job that waits in front of the engine ends at its deadline as one that is queued.
alarm expiring(const job_ptr& j) {
    auto timer = std::make_shared<boost::asio::steady_timer>(boost::asio::system_executor{}, j->due);
    timer->async_wait([timer, j](boost::system::error_code stopped) {
        if (stopped) return;
        error_info info;
        info.statement_name = j->name;
        auto late =
            make_error(errc::statement_timeout, "the deadline passed before the work began", std::move(info));
        if (j->finish_queued(std::move(late))) deliver(*j);
    });
    return timer;
}

// A job that is answered already is no longer the engine's to look at: it only gives its place back.
void pass_on(const std::shared_ptr<engine::engine>& to, const job_ptr& j) noexcept {
    if (j->queued()) return to->submit(j);
    if (j->weight > 0) to->room().leave(1, std::exchange(j->weight, 0));
}

// Nothing refers to the engine itself but its callers: what happens later is bound to the parts that it needs.
class faulty_engine final : public engine::engine {
public:
    faulty_engine(std::shared_ptr<hawser::engine::engine> inner, std::shared_ptr<fault_state> plan)
        : inner_(std::move(inner)), plan_(std::move(plan)) {}

    [[nodiscard]] const hawser::engine::capabilities& describe() const noexcept override {
        return inner_->describe();
    }
    [[nodiscard]] async::gate& room() noexcept override { return inner_->room(); }
    void close(job_ptr done) noexcept override { inner_->close(std::move(done)); }

    [[nodiscard]] std::shared_ptr<hawser::engine::lease> make_lease(
        hawser::engine::lease_terms terms) override {
        const bool is_session = terms.session;
        const auto* const session = terms.within.get();
        auto lease = inner_->make_lease(std::move(terms));
        connections_->add(lease, session, is_session);
        return lease;
    }

    void submit(job_ptr j) noexcept override {
        if (j->on && connections_->is_lost(*j->on))
            return refuse(j, make_error(errc::connection_lost, "the connection was lost before",
                                        {.statement_name = std::string(j->name)}));
        const auto met = plan_->take(steps_of(*j, stands_alone(*j)));
        if (!met) return inner_->submit(std::move(j));
        switch (met->what.what) {
        case fault_action::fail: return fail(j, *met);
        case fault_action::cut: return cut(j, *met);
        case fault_action::cancel: return cancel(j, *met);
        case fault_action::delay: return delay(j, met->what.pause);
        case fault_action::hold: return hold(j, met->what);
        }
    }

private:
    [[nodiscard]] bool stands_alone(const job& j) const { return !j.on || connections_->is_session(*j.on); }
    // Answers a job in the engine's place.
    void refuse(const job_ptr& j, std::exception_ptr why) noexcept {
        if (j->weight > 0) room().leave(1, std::exchange(j->weight, 0));
        if (j->finish_queued(std::move(why))) deliver(*j);
    }
    // Gives it to the engine by way of a double; `done` answers it.
    void send_by(const job_ptr& j, relay::then done, verb as) noexcept {
        const auto r = relay::take(j, std::move(done));
        if (!r) return inner_->submit(j); // which drops what is answered already
        r->twin().what = as;
        r->start(*inner_);
    }

    void fail(const job_ptr& j, const struck_fault& f);
    void cut(const job_ptr& j, const struck_fault& f);
    void cancel(const job_ptr& j, const struck_fault& f);
    void delay(const job_ptr& j, std::chrono::milliseconds by);
    void hold(const job_ptr& j, const fault& f);

    const std::shared_ptr<hawser::engine::engine> inner_;
    const std::shared_ptr<fault_state> plan_;
    const std::shared_ptr<connections> connections_ = std::make_shared<connections>();
};

void faulty_engine::fail(const job_ptr& j, const struck_fault& f) {
    if (f.at.request) {
        auto& r = j->batch.requests[*f.at.request];
        if (r.bulk) {
            const auto rows =
                std::make_shared<broken_rows>(*r.bulk, failure_of(*j, f, f.what.kind, "is refused"));
            r.bulk = rows.get();
            r.may_pause = false; // or the row that fails may never come
            j->batch.owned.push_back(rows);
            return inner_->submit(j);
        }
        const auto no = std::make_shared<refusal>(r, j->name, f.what.kind, message_of(f, "is refused"));
        r = hawser::engine::request{};
        r.what = &no->what();
        r.rows = no.get();
        j->batch.owned.push_back(no);
        return inner_->submit(j);
    }
    const auto why = failure_of(*j, f, f.what.kind, "is refused");
    if (j->what != verb::commit) return refuse(j, why);
    send_by(j, [why](const auto& r, std::exception_ptr own) { r->answer(own ? own : why); }, verb::rollback);
}

// What is open on a lost connection is undone by the engine; only what is durable once done is done or not.
void faulty_engine::cut(const job_ptr& j, const struck_fault& f) {
    const bool in_doubt = j->what == verb::commit || (stands_alone(*j) && writes(*j));
    const auto why =
        failure_of(*j, f, in_doubt ? errc::commit_unknown : errc::connection_lost, "has lost its connection");
    const auto on = j->on;
    if (in_doubt && f.at.commits && f.what.when == moment::after)
        return send_by(
            j,
            [why, on, all = connections_](const auto& r, std::exception_ptr) {
                all->lose(on);
                r->answer(why);
            },
            j->what);
    connections_->lose(on);
    refuse(j, why);
}

void faulty_engine::cancel(const job_ptr& j, const struck_fault& f) {
    auto* const signal = f.what.signal;
    const auto type = f.what.type;
    if (f.what.when == moment::before) {
        signal->emit(type);
        return pass_on(inner_, j);
    }
    send_by(
        j,
        [signal, type, where = f.what.where](const auto& r, std::exception_ptr own) {
            async::post_from_outside(where, [signal, type, r, own] {
                signal->emit(type);
                r->answer(own);
            });
        },
        j->what);
}

void faulty_engine::delay(const job_ptr& j, std::chrono::milliseconds by) {
    const auto late = expiring(j);
    auto timer = std::make_shared<boost::asio::steady_timer>(boost::asio::system_executor{}, by);
    timer->async_wait([timer, late, j, inner = inner_](boost::system::error_code) {
        late->cancel();
        pass_on(inner, j);
    });
}

void faulty_engine::hold(const job_ptr& j, const fault& f) {
    if (f.when == moment::after)
        return send_by(
            j,
            [held = f.held](const auto& r, std::exception_ptr own) {
                held->arrive([r, own] { r->answer(own); });
            },
            j->what);
    f.held->arrive([late = expiring(j), j, inner = inner_] {
        late->cancel();
        pass_on(inner, j);
    });
}

} // namespace

std::shared_ptr<engine::engine> make_faulty(std::shared_ptr<engine::engine> inner, const fault_plan& plan) {
    return std::make_shared<faulty_engine>(std::move(inner), state_of(plan));
}

} // namespace hawser::testing::detail
