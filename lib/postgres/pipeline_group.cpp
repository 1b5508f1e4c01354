// How reads share a Sync, where that is asked for.
#include "pgwire/message/sync.hpp"
#include "postgres/known_read.hpp"
#include "postgres/pipeline.hpp"
#include <algorithm>
#include <utility>

namespace hawser::postgres {
namespace {

// Nobody can tell whether it ran once or twice, nor in whose transaction.
bool may_share(const engine::job& j) noexcept {
    const auto& all = j.batch.requests;
    return j.what == engine::verb::run && !all.empty() && !is_several(j) &&
           j.modes.isolation == isolation::default_ && std::all_of(all.begin(), all.end(), [](const auto& r) {
               return r.bulk == nullptr && !r.when_no_row && is_known_read(*r.what);
           });
}

} // namespace

// Takes the Sync of the read in front of it, where nothing of that has left yet: its own will do for both.
void pipeline::join_group(flight& f) noexcept {
    if (!groups_reads_ || leased_ || !may_share(*f.job)) return;
    f.shares = true;
    if (steps_.empty() || out_.empty()) return;
    step& last = steps_.back();
    flight& before = *last.of;
    if (!before.shares || last.end != taken_ + out_.size()) return;
    flight& first = before.group == nullptr ? before : *before.group;
    if (first.members == most_in_group) return;
    out_.truncate(out_.size() - pgwire::sync_bytes);
    last.end -= pgwire::sync_bytes;
    last.ends_unit = false;
    last.turn.expect_ready(false);
    before.group = f.group = &first;
    before.next = &f;
    ++first.members;
}

// Nothing of it is in out(): the read in front has its Sync again.
void pipeline::part_from_group(flight& f) {
    if (f.group == nullptr) return;
    step& last = steps_.back();
    flight& before = *last.of;
    pgwire::write_sync(out_);
    last.end += pgwire::sync_bytes;
    last.ends_unit = true;
    last.turn.expect_ready(true);
    --f.group->members;
    before.next = nullptr;
    if (before.group == &before) before.group = nullptr;
    f.group = nullptr;
}

// Their transaction has failed: what they have read in it counts no more, and none of them has done anything.
void pipeline::send_group_alone(const flight& failed, bool and_itself) noexcept {
    for (flight* f = failed.group; f != nullptr; f = f->next) {
        if (f == &failed && !and_itself) continue;
        f->again = f->job->running(); // else nobody waits for it
        f->bystander = true;
    }
}

// They have run within a transaction that another has opened.
void pipeline::carry_group(const flight& one) noexcept {
    for (flight* f = one.group; f != nullptr; f = f->next) {
        f->again = f->job->running();
        f->carried = true;
    }
}

void pipeline::group_over(flight& first) noexcept {
    for (flight* f = &first; f != nullptr;) {
        flight& one = *std::exchange(f, f->next);
        one.group = one.next = nullptr;
        sync_over(one);
    }
}

} // namespace hawser::postgres
