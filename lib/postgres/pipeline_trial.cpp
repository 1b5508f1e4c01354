// How a pipeline sends, within a caller's transaction, a statement of the caller's own for the first time. Its values are
// declared as what they are by themselves, which the server may refuse: a text is no enum. Outside of a transaction it is
// then sent again, and the server finds out the types. Here a savepoint keeps what the caller has done before. It goes in
// the same write, and not where the server has taken, or refused, that statement before, on whatever connection.
#include "postgres/control.hpp"
#include "postgres/pipeline.hpp"
#include <algorithm>

namespace hawser::postgres {

// Any but NULL is declared. Of what is under way in front of it nobody knows yet how it leaves the transaction.
bool pipeline::may_be_refused(const flight& f) {
    const auto& all = f.job->batch.requests;
    if (!leased_ || status_ != 'T' || live_.size() != 1 || f.had_second_try || all.size() != 1) return false;
    const engine::request& r = all.front();
    const auto values = f.job->batch.values_of(r);
    const auto is_declared = [](const field_view& v) { return !v.is_null(); };
    if (r.what->table() != nullptr || std::none_of(values.begin(), values.end(), is_declared)) return false;
    const prepared& p = statements_.find(*r.what, values, wording::plain);
    return p.at == prepared::state::unknown && types_.of(p.signature) == typing::unknown;
}

void pipeline::send_trial(flight& f) {
    f.tried = true;
    send_control(f, trial_savepoint_statement(), sync::no);
    send_requests(f, 0, 1, sync::no);
    send_control(f, trial_release_statement(), sync::yes);
}

// What is sent again goes behind it, in the same write.
void pipeline::undo_trial(flight& f) {
    send_control(f, trial_undo_statement(), sync::no);
    send_control(f, trial_release_statement(), sync::no);
}

void pipeline::note_typing(const step& s, bool parsed) {
    const prepared& p = *s.form;
    if (s.request == nullptr || s.what->table() != nullptr || p.parameters.empty()) return;
    typing how = typing::unknown;
    if (parsed) how = p.left_open.empty() ? typing::declared : typing::open;
    types_.note(p.signature, how);
}

} // namespace hawser::postgres
