#include "postgres/pipeline.hpp"
#include "core/retold.hpp"
#include "engine/answer.hpp"
#include "pgwire/message/sync.hpp"
#include "postgres/control.hpp"
#include "postgres/known_read.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/mapping/sql_scan.hpp>
#include <utility>

namespace hawser::postgres {
namespace {

using engine::verb;

constexpr std::size_t first_steps = 64;

bool reads_only(const engine::job& j) noexcept {
    const auto& all = j.batch.requests;
    return j.what == verb::ping || j.what == verb::connect || j.what == verb::forget_statements ||
           j.what == verb::fetch || // whoever opened the cursor has run it
           ((j.what == verb::run || j.what == verb::open_cursor) &&
            std::all_of(all.begin(), all.end(), [](const auto& r) { return is_known_read(*r.what); }));
}

// The server acts on a COMMIT, and on a procedure that commits, at its Execute: the Sync behind that need not have left.
bool may_have_run(const step& last_of_unit, std::uint64_t written) noexcept {
    return last_of_unit.end <= written + (last_of_unit.simple ? 0 : pgwire::sync_bytes);
}

std::exception_ptr has_ended(const engine::job& j, bool executed) {
    error_info info;
    info.id = "DB_TXN_001";
    info.statement_name = j.name;
    info.may_have_executed = executed;
    const char* const text = executed ? "the transaction had ended before, without its COMMIT or ROLLBACK: "
                                        "this was done outside of it"
                                      : "the transaction has ended, without its COMMIT or ROLLBACK";
    return std::make_exception_ptr(transaction_error(errc::misuse, text, std::move(info)));
}

bool may_end_transaction(const step& s) noexcept {
    const bool ends = s.what == &commit_statement() || s.what == &rollback_statement();
    if (s.script || ends) return true;
    if (s.request == nullptr || s.what->table() != nullptr) return false;
    const detail::sql_scan text = detail::scan_sql(s.what->text(dialect::postgres));
    return text.control && !text.local;
}

std::exception_ptr opened_one(const char* and_then, bool executed) {
    error_info info;
    info.may_have_executed = executed;
    return make_error(errc::permission_denied,
                      std::string("the statement has opened a transaction on the shared lane; ") + and_then +
                          ". Use db.transaction or db.session",
                      std::move(info));
}

} // namespace

pipeline::pipeline(known_types& types, std::size_t kept_statements, std::size_t longest_answer,
                   bool server_words)
    : types_(types),
      longest_answer_(longest_answer),
      server_words_(server_words),
      statements_(kept_statements),
      steps_(first_steps) {}

pipeline::~pipeline() = default;

flight& pipeline::new_flight(engine::job_ptr j) {
    if (spare_.empty()) spare_.push_back(std::make_unique<flight>());
    live_.push_back(std::move(spare_.back()));
    spare_.pop_back();
    flight& f = *live_.back();
    std::destroy_at(&f); // in place: an assignment would make it twice
    std::construct_at(&f);
    f.place = live_.size() - 1;
    f.job = std::move(j);
    return f;
}

step& pipeline::push(flight& f) {
    if (steps_.full()) steps_.set_capacity(steps_.capacity() * 2);
    steps_.push_back({});
    steps_.back().of = &f;
    return steps_.back();
}

// Nothing goes between the parts of a bulk statement. And it goes around them what fits the state of the transaction:
// on a connection of the caller's own the server is asked for that first.
bool pipeline::must_wait(const engine::job& j) const noexcept {
    if (fed_ != nullptr || beware_ || is_stopping()) return true;
    // Behind a savepoint that may have to be gone back to: what follows would fail, and be left out.
    if (live_.size() == 1 && live_.front()->tried) return true;
    // Nor behind a bulk statement's own transaction, where nothing is sent again that meets it failed.
    if (leased_ && live_.size() == 1 && live_.front()->wrapped && live_.front()->own) return true;
    const auto& all = j.batch.requests;
    return leased_ && !live_.empty() && all.size() == 1 && all.front().bulk != nullptr;
}

void pipeline::add(engine::job_ptr j, bool inside, std::shared_ptr<const std::string> within) noexcept {
    parked p{std::move(j), inside, std::move(within)};
    if (behind_.empty() && !must_wait(*p.job)) return launch(std::move(p));
    p.bytes = asked_bytes(*p.job);
    parked_bytes_ += p.bytes;
    behind_.push_back(std::move(p));
}

void pipeline::launch(parked p) noexcept {
    if (!p.job->start()) {
        ended_.dropped.push_back(std::move(p.job));
        return;
    }
    flight& f = new_flight(std::move(p.job));
    f.inside = p.inside;
    f.within = std::move(p.within);
    if (watch_ != nullptr) f.since = clock::now();
    join_group(f);
    const reached before = here();
    try {
        close_dropped(f);
        start(f);
    } catch (...) {
        take_back(before);
        part_from_group(f);
        f.failure = std::current_exception();
        finish(f);
    }
}

pipeline::reached pipeline::here() noexcept {
    closed_.clear();
    return {out_.size(), steps_.size()};
}

// Nothing of it has left yet: it is as if it had not come.
void pipeline::take_back(const reached& before) noexcept {
    out_.truncate(before.bytes);
    for (std::string& name : closed_) statements_.keep_gone(std::move(name));
    closed_.clear();
    while (steps_.size() > before.steps) {
        step& s = steps_.back();
        if (s.cursor != nullptr) s.cursor->closing = false;
        if (s.cold) statements_.forget(*s.form);
        leave(s);
        steps_.pop_back();
    }
}

void pipeline::start(flight& f) {
    const engine::job& j = *f.job;
    if (f.inside && j.what != verb::rollback && live_.size() == 1 && status_ == 'I')
        std::rethrow_exception(has_ended(j, false));
    switch (j.what) {
    case verb::run: return send_run(f);
    case verb::begin:
        f.began = true;
        send_control(f, begin_statement(j.modes), sync::no);
        send_requests(f, 0, j.batch.requests.size(), sync::no);
        return send_sync(f);
    case verb::commit:
        f.ending = true;
        send_requests(f, 0, j.batch.requests.size(), sync::no);
        return send_control(f, commit_statement(), sync::yes);
    case verb::rollback: f.undoing = true; return send_control(f, rollback_statement(), sync::yes);
    case verb::savepoint:
    case verb::release:
    case verb::rollback_to: return send_script(f, savepoint_text(j.what, j.level));
    case verb::script: see_to_leavings("the script", j.name, j.text); return send_script(f, j.text);
    case verb::connect:
    case verb::ping: return send_sync(f);
    case verb::hand_back:
        dirty_ = false;
        // Not as prepared statements, which the server may have been made to forget.
        send_script(f, "rollback"); // with no transaction that is a warning
        return send_script(f, "discard all");
    case verb::open_cursor: return send_open(f);
    case verb::fetch: return send_fetch(f);
    case verb::forget_statements: return send_forget(f);
    }
}

// The answer of a unit is known, and the job has no other under way.
void pipeline::unit_over(flight& f) noexcept {
    ++f.trips;
    // Nothing goes between the parts of a bulk statement.
    if (fed_ != nullptr && fed_ != &f) return paused_.push_back(&f);
    if (beware_) return fed_ == &f ? paused_.push_front(&f) : paused_.push_back(&f);
    resume(f);
}

void pipeline::resume(flight& f) noexcept {
    const reached before = here();
    try {
        go_on(f);
    } catch (...) {
        take_back(before);
        if (!f.failure) f.failure = std::current_exception();
        f.units = 0;
    }
    if (f.units == 0) finish(f);
}

// It may have waited for a bulk statement, whose own transaction is open meanwhile: by status_ that would be its own.
void pipeline::go_on(flight& f) {
    if (f.waits) return go_on_feeding(f);
    if (f.tried && f.again && f.status == 'E' && !f.stopping) undo_trial(f);
    if (f.wrapped && (f.failure || f.again) && f.status != 'I' && !f.undoing) {
        f.undoing = true; // what the caller has done before stays
        return send_control(f, f.own ? rollback_statement() : bulk_undo_statement(), sync::yes);
    }
    const bool own = !leased_ || f.began || f.ending || f.isolated;
    if (own && f.status != 'I' && !f.undoing && (f.failure || f.again || !leased_)) {
        f.undoing = true;
        return send_control(f, rollback_statement(), sync::yes);
    }
    if (!f.anew.empty() && !f.stopping) {
        const auto anew = std::exchange(f.anew, {});
        f.undoing = false;
        f.had_second_try = true;
        for (engine::request* const r : anew) {
            r->failure = nullptr;
            send_request(f, *r, sync::yes);
        }
        return;
    }
    if (f.again && !f.stopping) {
        f.again = false;
        f.unread = nullptr;
        f.undoing = false;
        f.ending = false;
        f.wrapped = false;
        f.waits = false;
        f.copying = copy_stage::no;
        f.typing = type_stage::no;
        f.missed.clear();
        f.isolated = false;
        f.tried = false;
        f.answered = 0;
        f.carried = false;
        f.had_second_try = !std::exchange(f.bystander, false) || f.had_second_try;
        f.received = 0;
        f.failure = nullptr;
        return start(f);
    }
    if (!f.missed.empty() && !f.failure) return end_update(f);
    if (f.stale != nullptr && f.stale->probe != nullptr && !f.probed && f.status == 'I') {
        f.probed = true;
        return send_probe(f);
    }
}

// The shared lane has no transactions: whoever opens one is refused, and those who came to run inside it are sent again
// once it is undone.
void pipeline::note_status(step& s, char now) {
    flight& f = *s.of;
    const bool was_open = status_ != 'I';
    const bool is_open = now != 'I';
    if (now != 'E')
        broken_by_.reset();
    else if (status_ != 'E')
        broken_by_ =
            detail::kind_of(s.request != nullptr && s.request->failure ? s.request->failure : f.failure);
    status_ = now;
    if (now == 'I') {
        forget_cursors(false);
        defines_ = false;
    }
    if (f.inside && !was_open && f.job->what != verb::rollback && !f.failure)
        f.failure = has_ended(*f.job, true);
    if (leased_) return;
    const bool by_rollback = f.undoing || s.what == &rollback_statement();
    if (was_open && !is_open && !by_rollback) ended_by_another();
    // Its own transaction is open with its first answer too, where the one before it left none.
    const bool own = (f.isolated && !was_open) || (f.wrapped && !(was_open && f.answered == 0));
    if (!is_open || own || (f.undoing && !f.wrapped)) return;
    if (!was_open) {
        f.opened = true;
        return fail(s, opened_one("it was undone", false));
    }
    if (f.opened && !is_several(*f.job)) return;
    f.carried = true;
    if (f.group != nullptr) return carry_group(f);
    if (!f.had_second_try) return try_again(s);
    fail(s, make_error(errc::serialization_failure,
                       "the statement ran inside a transaction that another one had opened on the shared "
                       "lane, and was undone with it"));
}

// Somebody's COMMIT, or ROLLBACK, and nobody knows which: what ran inside is not to be sent again.
void pipeline::ended_by_another() {
    for (const auto& f : live_) {
        if (f->opened) f->failure = opened_one("another statement has ended it", true);
        if (!f->carried) continue;
        f->again = false;
        f->anew.clear();
        f->failure = lost_answer(lost_work::write,
                                 "a transaction that another statement had opened on the shared lane was "
                                 "ended by a third one",
                                 context_of(*f, nullptr));
    }
}

void pipeline::finish(flight& f) noexcept {
    if (!f.failure && f.unread)
        f.failure = reads_only(*f.job) || f.inside || f.began ? f.unread : detail::executed(f.unread);
    if (f.looked && f.failure)
        f.failure = unmet_expectation(errc::stale_object, context_of(f, f.stale), f.row_exists);
    if (watch_ != nullptr) {
        tell_ended(f, detail::kind_of(f.failure));
        note_transaction(f);
    }
    f.job->failure = std::move(f.failure);
    f.job->round_trips = std::max(1u, f.trips);
    f.job->cursor.reset(); // the job itself may be kept for a while
    ended_.answered.push_back(retire(f));
}

engine::job_ptr pipeline::retire(flight& f) noexcept {
    engine::job_ptr j = std::move(f.job);
    const std::size_t place = f.place;
    std::swap(live_[place], live_.back());
    live_[place]->place = place;
    spare_.push_back(std::move(live_.back()));
    live_.pop_back();
    if (f.stopping) --stopping_;
    return j;
}

failure_context pipeline::context_of(const flight& f, const engine::request* r) const {
    const engine::job& j = *f.job;
    failure_context c;
    c.last_words = why_state_;
    c.expired = j.expired();
    c.cancelled = f.stopping;
    c.tell_all = server_words_;
    c.name = j.name;
    if (r != nullptr && r->what == nullptr) r = opening_of(*f.job);
    if (r == nullptr) return c;
    if (c.name.empty()) c.name = r->what->name();
    c.sql = r->what->text(dialect::postgres);
    c.table = r->what->table();
    if (j.batch.requests.size() > 1 || j.what != verb::run)
        c.index = static_cast<std::size_t>(r - j.batch.requests.data());
    return c;
}

bool pipeline::holds(const engine::job& j) const noexcept {
    return std::any_of(live_.begin(), live_.end(), [&](const auto& f) { return f->job.get() == &j; });
}

bool pipeline::is_head(const engine::job& j) const noexcept {
    return !steps_.empty() && steps_.front().of->job.get() == &j;
}

deadline pipeline::expire(clock::time_point now, bool at_once) noexcept {
    deadline left = no_deadline;
    const auto is_late = [&](const engine::job& j) {
        if (at_once || j.due <= now) return true;
        left = std::min(left, j.due);
        return false;
    };
    for (const parked& p : behind_) {
        const auto& j = p.job;
        if (only_ends(*j))
            left = std::min(left, see_to_end(*j, now));
        else if (is_late(*j) && j->finish_queued(engine::expired_failure(*j, {})))
            deliver(*j);
    }
    for (const auto& f : live_) {
        engine::job& j = *f->job;
        if (only_ends(j)) {
            left = std::min(left, see_to_end(j, now));
            continue;
        }
        if (!j.running()) {
            if (is_late(j)) stop(j);
            continue;
        }
        if (!is_late(j) || !j.expire()) continue;
        stop(j);
        deliver(j);
    }
    return left;
}

// The next time to look.
deadline pipeline::see_to_end(const engine::job& j, clock::time_point now) noexcept {
    const deadline until = after(patience, j.due);
    overdue_ = overdue_ || until <= now;
    return overdue_ ? no_deadline : until;
}

lost_work pipeline::lost_part(const flight& f, std::uint64_t written) const noexcept {
    bool whole = true;
    bool none = f.answered == 0;
    for (const step& s : steps_) {
        if (!s.ends_unit || !in_one_unit(*s.of, f)) continue;
        whole = whole && may_have_run(s, written);
        none = none && !may_have_run(s, written);
    }
    if (f.again && was_undone(f)) return lost_work::unsent;
    if (f.isolated) return none ? lost_work::unsent : lost_work::commit;
    if (f.wrapped && !f.ending) return lost_work::transaction; // its COMMIT was not made
    if (f.ending) return whole ? lost_work::commit : lost_work::transaction;
    if (f.began || is_surely_undone(f) || f.job->what == verb::rollback) return lost_work::transaction;
    if (none) return lost_work::unsent;
    return reads_only(*f.job) ? lost_work::read : lost_work::write;
}

// All of it, and it has waited for a bulk statement that is under way, or for a request to stop another.
bool pipeline::was_answered(const flight& f) noexcept {
    const bool has_more = f.waits || f.again || !f.anew.empty() || !f.missed.empty();
    return f.answered > 0 && f.units == 0 && f.status == 'I' && !has_more;
}

// status_ is that of the last answer. It holds for the flight where nothing in front of it, and nothing of its own, may
// have ended the transaction.
bool pipeline::is_surely_undone(const flight& f) const noexcept {
    if (status_ == 'I') return false;
    const step* last = nullptr;
    for (const step& s : steps_)
        if (s.of == &f) last = &s;
    for (const step& s : steps_) {
        if (may_end_transaction(s)) return false;
        if (&s == last) break;
    }
    return true;
}

// What is to be sent anew has failed, or has run in a transaction that the driver rolls back, unless somebody's COMMIT
// is in front of that.
bool pipeline::was_undone(const flight& f) const noexcept {
    if (!f.carried || status_ == 'I') return true;
    for (const step& s : steps_) {
        if (s.what == &rollback_statement()) return true;
        if (may_end_transaction(s)) return false;
    }
    return true;
}

// Of independent statements each has its own answer.
void pipeline::lose_each(flight& f, std::string_view why, std::uint64_t written) {
    for (const step& s : steps_) {
        if (s.of != &f || !s.ends_unit || s.request == nullptr || s.request->failure) continue;
        const bool reads = is_known_read(*s.what);
        const lost_work part = !may_have_run(s, written) ? lost_work::unsent
                               : reads                   ? lost_work::read
                                                         : lost_work::write;
        s.request->failure = lost_answer(part, why, context_of(s));
    }
    for (engine::request* const r : f.anew)
        r->failure = lost_answer(lost_work::unsent, why, context_of(f, r));
}

void pipeline::lose(std::string_view why, std::uint64_t written) noexcept {
    while (!live_.empty()) {
        flight& f = *live_.front();
        if (was_answered(f) || (f.isolated && f.answered > 0 && !f.again)) { // or its COMMIT was
            finish(f);
            continue;
        }
        if (f.job->what == verb::rollback) { // the server does it with the connection's end
            finish(f);
            continue;
        }
        const lost_work part = lost_part(f, written);
        const bool anew = part == lost_work::unsent || part == lost_work::read;
        if (anew && !leased_ && f.job->what == verb::run && f.job->sent_again < 1) {
            ++f.job->sent_again;
            if (watch_ != nullptr) tell_ended(f, errc::connection_lost);
            engine::job_ptr j = retire(f);
            (j->hand_on() ? ended_.unsent : ended_.dropped).push_back(std::move(j));
            continue;
        }
        const auto& all = f.job->batch.requests;
        const bool several = is_several(*f.job);
        if (several && f.answered > 0 && !f.carried)
            lose_each(f, why, written);
        else if (several || !f.failure) // else the server has refused it before
            f.failure = lost_answer(part, why, context_of(f, all.size() == 1 ? &all.front() : nullptr));
        finish(f);
    }
    fed_ = nullptr;
    paused_.clear();
    for (parked& p : behind_) {
        auto& j = p.job;
        if (!leased_) {
            ended_.unsent.push_back(std::move(j));
        } else if (j->start()) { // what was open is rolled back: none of it is for another connection
            if (j->what != verb::rollback)
                j->failure = lost_answer(lost_work::transaction, why, {.name = j->name});
            ended_.answered.push_back(std::move(j));
        } else {
            ended_.dropped.push_back(std::move(j));
        }
    }
    behind_.clear();
    parked_bytes_ = 0;
    steps_.clear();
    sent_to_ = 0;
    for (open_cursor& c : cursors_) {
        if (!c.failed) c.failed = errc::connection_lost;
        tell_ended(c);
    }
    if (transaction_.open) tell_transaction(transaction_outcome::rolled_back);
    cursors_.clear();
    statements_.forget_all();
}

} // namespace hawser::postgres
