// What an observer is told of a pipeline's work.
#include "core/retold.hpp"
#include "postgres/pipeline.hpp"
#include <algorithm>
#include <utility>

namespace hawser::postgres {
namespace {

std::string_view text_of(const std::shared_ptr<const std::string>& name) noexcept {
    return name ? std::string_view(*name) : std::string_view();
}

std::string_view name_of(const engine::job& j, const statement& what) noexcept {
    return j.name.empty() ? what.name() : j.name;
}

} // namespace

// A statement that is sent a second time has begun once.
void pipeline::tell_started(flight& f, const engine::request& r) noexcept {
    if (watch_ == nullptr) return;
    auto& all = f.watched;
    if (std::find(all.begin(), all.end(), &r) != all.end()) return;
    all.push_back(&r);
    ++transaction_.statements;
    watch_->on(
        statement_started{name_of(*f.job, *r.what), r.what->text(dialect::postgres), text_of(f.within)});
}

void pipeline::tell_started(const flight& f, open_cursor& c) noexcept {
    if (watch_ == nullptr) return;
    c.watched = true;
    c.within = f.within;
    ++transaction_.statements;
    const statement& what = *c.question().what;
    watch_->on(statement_started{name_of(*c.opening, what), what.text(dialect::postgres), text_of(c.within)});
}

// The server has worked on it since it had answered what was in front, or since it was sent. What it has passed over,
// and what is sent again, has not ended; bulk statements and reads that share a Sync end with their job.
void pipeline::note_work(step& s) noexcept {
    const auto now = clock::now();
    const auto worked = now - std::max(s.since, std::exchange(worked_until_, now));
    if (s.cursor != nullptr) {
        s.cursor->worked += worked;
        if (s.request != nullptr) s.cursor->rows += s.count;
        if (!s.cursor->failed) s.cursor->failed = s.failed;
        return;
    }
    if (s.request == nullptr || s.request->bulk != nullptr || s.again || s.skipped) return;
    flight& f = *s.of;
    if (f.group != nullptr) return;
    if (std::erase(f.watched, s.request) == 0) return;
    watch_->on(statement_ended{name_of(*f.job, *s.what), s.what->text(dialect::postgres), worked,
                               s.request->rows_affected, s.failed, text_of(f.within)});
}

void pipeline::tell_ended(const open_cursor& c) noexcept {
    if (!c.watched) return;
    const statement& what = *c.question().what;
    watch_->on(statement_ended{name_of(*c.opening, what), what.text(dialect::postgres), c.worked, c.rows,
                               c.failed, text_of(c.within)});
}

// Whatever of the flight has begun and not ended.
void pipeline::tell_ended(flight& f, std::optional<errc> failure) noexcept {
    if (f.watched.empty()) return;
    const auto worked = clock::now() - f.since;
    for (const engine::request* const r : f.watched)
        watch_->on(statement_ended{name_of(*f.job, *r->what), r->what->text(dialect::postgres), worked,
                                   r->rows_affected, r->failure ? detail::kind_of(r->failure) : failure,
                                   text_of(f.within)});
    f.watched.clear();
}

// At the end of a job of the lease.
void pipeline::note_transaction(const flight& f) noexcept {
    const engine::verb what = f.job->what;
    if (what == engine::verb::begin && leased_ && !f.failure && status_ != 'I') {
        transaction_ = {
            .open = true, .name = f.within, .since = f.since, .statements = f.job->batch.requests.size()};
        return;
    }
    if (!transaction_.open) return;
    if (what == engine::verb::commit)
        tell_transaction(!f.failure ? transaction_outcome::committed
                         : detail::kind_of(f.failure) == errc::commit_unknown
                             ? transaction_outcome::unknown
                             : transaction_outcome::rolled_back);
    else if (status_ == 'I')
        tell_transaction(transaction_outcome::rolled_back);
}

void pipeline::tell_transaction(transaction_outcome how) noexcept {
    transaction_.open = false;
    watch_->on(transaction_ended{text_of(transaction_.name), how, clock::now() - transaction_.since,
                                 transaction_.statements});
}

} // namespace hawser::postgres
