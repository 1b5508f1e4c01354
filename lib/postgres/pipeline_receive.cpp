// How a pipeline takes what the server answers.
#include "core/retold.hpp"
#include "pgwire/fsm/startup.hpp"
#include "pgwire/codec/base_type.hpp"
#include "pgwire/codec/nested.hpp"
#include "pgwire/message/command_complete.hpp"
#include "pgwire/message/notice_response.hpp"
#include "pgwire/message/parameter_description.hpp"
#include "pgwire/message/ready_for_query.hpp"
#include "pgwire/message/row_description.hpp"
#include "pgwire/oids.hpp"
#include "postgres/constraint.hpp"
#include "postgres/control.hpp"
#include "postgres/copied_table.hpp"
#include "postgres/pipeline.hpp"
#include "postgres/server_words.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <utility>

namespace hawser::postgres {
namespace {

using event = pgwire::extended_query::event;

// No message is skipped that fits the buffer as it is.
constexpr std::size_t kept_at_least = pgwire::frames::limits{}.buffer;

// Notices, reports of settings, notifications.
bool is_for_nobody(char type) noexcept {
    return type == 'N' || type == 'S' || type == 'A';
}

// Where the types that we declared are not those that the statement can be made with.
bool is_type_complaint(std::string_view state) noexcept {
    return state == "42804" || state == "42883" || state == "42P18" || state == "42725";
}

// Where a type of the database's own is not what it was: it is gone, its column has another one, it has other attributes.
bool is_change_of_type(std::string_view state) noexcept {
    return state == "XX000" || state == "42704" || state == "42804" || state == "42883";
}

// The next parameter was left open, and has turned out to be of another type than its values: these have only a text that
// the server reads as it does the first time, be it 'today' or a number.
bool is_for_server_to_read(const prepared& p, const pgwire::type_info& type) noexcept {
    const std::size_t at = p.parameters.size();
    const pgwire::oid own = at < p.left_open.size() ? p.left_open[at] : 0;
    if (own == 0 || own == type.id) return false;
    const pgwire::type_info* const base = pgwire::base_of(type, *p.types);
    using namespace pgwire::oids;
    return own != text || base == nullptr || (base->id != text && base->id != varchar && base->id != bpchar);
}

} // namespace

bool pipeline::receive(pgwire::frames& from) noexcept {
    try {
        pgwire::frame f;
        for (;;) {
            switch (from.next(f)) {
            case pgwire::frames::step::message:
                if (!take(f)) return false;
                break;
            case pgwire::frames::step::more: {
                const auto coming = from.announced();
                if (!coming || coming->size <= kept_at_least) return true;
                if (!is_to_be_skipped(*coming)) return why_.empty();
                from.skip();
                break;
            }
            case pgwire::frames::step::broken: return broken("a message of a length that there is not");
            }
        }
    } catch (const std::exception& e) { return broken(e.what()); }
}

bool pipeline::broken(std::string_view what) {
    if (why_.empty()) why_ = "the server broke the protocol: " + std::string(what);
    return false;
}

bool pipeline::take(const pgwire::frame& f) {
    step* const s = front();
    if (f.type == 'N') take_notice(s, f.body);
    if (is_for_nobody(f.type)) return true;
    if (s == nullptr) return take_alone(f);
    return s->simple ? take_script(*s, f) : take_answer(*s, f);
}

step* pipeline::front() noexcept {
    while (!steps_.empty() && !steps_.front().simple && steps_.front().turn.over()) pop();
    return steps_.empty() ? nullptr : &steps_.front();
}

// Of a long message whose beginning is there. False: it is waited for, or it is too long, which why() says.
bool pipeline::is_to_be_skipped(const pgwire::frames::announcement& coming) {
    if (is_for_nobody(coming.type)) return true;
    if (coming.size <= longest_answer_) return false;
    if (coming.type == 'D') return take_long_row();
    if (coming.size > pgwire::startup::most_bytes)
        return broken("a message of " + std::to_string(coming.size) + " bytes");
    return false;
}

// It is longer than all rows may be.
bool pipeline::take_long_row() {
    step* const s = front();
    if (s == nullptr) return broken("a message that answers nothing");
    if (s->simple) return true;
    if (s->turn.on('D') != event::row) return broken("a message out of turn");
    if (std::exchange(s->sated, true) || s->of->job->abandoned() || s->of->job->expired()) return true;
    unread(*s, longer_than_may_be(*s));
    return true;
}

// What the driver's own statements cause is nobody's business.
void pipeline::take_notice(const step* s, std::string_view body) const {
    pgwire::notice_response n;
    if (watch_ == nullptr || s == nullptr || !read(body, n) || n.severity != "WARNING") return;
    if (s->request == nullptr && s->of->job->what != engine::verb::script) return;
    const failure_context c = context_of(*s);
    const std::string words = c.tell_all ? std::string(n.message) : told(n, c.sql);
    const std::string text = "the server warns" + (c.name.empty() ? "" : " in " + std::string(c.name)) +
                             ": " + words + " (postgres " + std::string(n.sqlstate) + ")";
    watch_->on(warning{text});
}

// Nobody has asked for anything: the server says why it goes.
bool pipeline::take_alone(const pgwire::frame& f) {
    pgwire::server_error e;
    if (f.type != 'E' || !read(f.body, e)) return broken("a message that answers nothing");
    return farewell(e);
}

bool pipeline::farewell(const pgwire::server_error& e) {
    why_state_ = e.sqlstate;
    const std::string words = server_words_ ? std::string(e.message) : told(e, {});
    why_ = "the server ended the connection: " + words + " (postgres " + why_state_ + ")";
    return false;
}

bool pipeline::take_answer(step& s, const pgwire::frame& f) {
    switch (s.turn.on(f.type)) {
    case event::row: take_row(s, f.body); return true;
    case event::nothing:
    case event::copy_in: return true;
    case event::parsed: s.form->at = prepared::state::ready; return true;
    case event::parameters: take_parameters(s, f.body); return true;
    case event::columns: take_columns(s, f.body); return true;
    case event::no_columns: s.form->described = true; return true;
    case event::done: take_end(s, f.body); return true;
    case event::suspended: end_rows(s, 0); return true;
    case event::empty: take_nothing(s); return true;
    case event::failed: return take_failure(s, f.body);
    case event::ready: return take_ready(s, f.body);
    case event::no_such_turn: break;
    }
    return broken("a message out of turn");
}

// A script's rows go nowhere.
bool pipeline::take_script(step& s, const pgwire::frame& f) {
    switch (f.type) {
    case 'C': note_tag(f.body); return true;
    case 'T':
    case 'D':
    case 'I': return true;
    case 'E': return take_failure(s, f.body);
    case 'Z': return take_ready(s, f.body);
    case 'G':
    case 'H':
    case 'W': return broken("COPY is not for scripts"); // the server waits for data that nobody has
    default: return broken("a message out of turn");
    }
}

void pipeline::take_parameters(const step& s, std::string_view body) {
    pgwire::parameter_description read_types;
    if (!read(body, read_types)) throw_error(errc::connection_lost, "a malformed ParameterDescription");
    prepared& p = *s.form;
    const bool asked = &p == &copied_;
    if (asked ? s.of->typing == type_stage::told : !p.elements.empty()) return; // known before
    p.bind_head.clear();
    p.parameters.clear();
    p.types = types_.now();
    for (const pgwire::oid o : read_types.types) {
        const pgwire::type_info* const type = p.types->find(o);
        const bool binary = type != nullptr && is_lasting(*type, *p.types) &&
                            pgwire::has_binary_form(*type, *p.types) && !is_for_server_to_read(p, *type);
        p.parameters.push_back(binary || asked ? o : 0);
        p.own_types = p.own_types || pgwire::built_in(o) == nullptr;
    }
    note_typing(s, true);
}

void pipeline::take_columns(step& s, std::string_view body) {
    pgwire::row_description read_columns;
    if (!read(body, read_columns)) throw_error(errc::connection_lost, "a malformed RowDescription");
    prepared& p = *s.form;
    if (!p.types) p.types = types_.now(); // of a portal alone
    p.columns.clear();
    p.names.clear();
    p.all_binary = true;
    static constexpr pgwire::type_info text_of_any{.id = 25, .name = "text"};
    for (const pgwire::field_description& d : read_columns.fields) {
        const pgwire::type_info* type = p.types->find(d.type);
        result_column& c = p.columns.emplace_back();
        c.type = d.type;
        c.name = d.name;
        if (type != nullptr && is_lasting(*type, *p.types))
            c.binary = pgwire::column(*type, *p.types, pgwire::format::binary);
        c.text = pgwire::column(type != nullptr ? *type : text_of_any, *p.types, pgwire::format::text);
        if (!c.binary) p.all_binary = false;
    }
    for (const result_column& c : p.columns) p.names.push_back(c.name);
    p.described = true;
}

void pipeline::take_row(step& s, std::string_view body) {
    flight& f = *s.of;
    if (s.sated || f.job->abandoned() || f.job->expired()) return;
    if (s.asked == formats::binary && !s.form->all_binary && !s.begun && may_read_again(s)) {
        f.reread = true; // now that it is known what to ask for as text
        return try_again(s);
    }
    try {
        if (s.rows > 0)
            take_bulk_row(s, body);
        else if (s.must_affect)
            s.count = rows_.integer_of(s, body);
        else if (s.what == &types_statement())
            type_rows_.emplace_back(body);
        else if (s.request == nullptr)
            take_probed(s);
        else if (s.request->rows != nullptr)
            take_wanted_row(s, body);
        else if (s.request->generates_key)
            s.request->key = rows_.integer_of(s, body);
    } catch (...) {
        s.sated = true;
        unread(s, std::current_exception());
    }
}

void pipeline::take_wanted_row(step& s, std::string_view body) {
    flight& f = *s.of;
    f.received += body.size();
    if (f.received > longest_answer_) std::rethrow_exception(longer_than_may_be(s));
    rows_.take(s, body);
    ++s.count;
}

std::exception_ptr pipeline::longer_than_may_be(const step& s) const {
    return make_error(errc::out_of_range,
                      "the answer is longer than result_bytes, " + std::to_string(longest_answer_) +
                          ": stream it, or select less",
                      {.statement_name = std::string(context_of(s).name)});
}

// The row that is looked for is there.
void pipeline::take_probed(const step& s) {
    s.of->row_exists = true;
    if (s.of->asked_for) s.of->there.push_back(s.first_row);
}

// The server goes on with the statement, whatever becomes of its rows here.
void pipeline::unread(step& s, std::exception_ptr why) noexcept {
    flight& f = *s.of;
    if (watch_ != nullptr && !s.failed) s.failed = detail::kind_of(why);
    if (is_several(*f.job))
        fail(s, s.what->read_only() ? std::move(why) : detail::executed(std::move(why)));
    else if (!f.unread)
        f.unread = std::move(why);
}

// What the server has forgotten is forgotten here.
pgwire::command_complete pipeline::note_tag(std::string_view body) {
    pgwire::command_complete tag;
    if (!read(body, tag)) throw_error(errc::connection_lost, "a malformed CommandComplete");
    switch (tag.what()) {
    case pgwire::command::discard_all: forget_cursors(true); [[fallthrough]];
    case pgwire::command::deallocate_all: statements_.forget_all(); break;
    case pgwire::command::rollback:
        if (defines_) statements_.forget_own_types();
        break;
    case pgwire::command::other: note_definition(tag.tag); break;
    default: break;
    }
    return tag;
}

// What was prepared for a type does not fit one that is made in its place, though it has the same name; nor one that was
// prepared for what is undone now. Of what others define, the server's refusal tells.
void pipeline::note_definition(std::string_view tag) noexcept {
    const bool changes = tag.starts_with("DROP ") || tag.starts_with("ALTER ");
    defines_ = defines_ || changes || tag.starts_with("CREATE ");
    if (changes) statements_.forget_own_types();
}

// A text without a statement.
void pipeline::take_nothing(step& s) {
    if (s.request == nullptr) return;
    const failure_context context = context_of(s);
    error_info info;
    info.statement_name = context.name;
    info.sql = context.sql;
    fail(s, make_error(errc::syntax_error, "the SQL text holds no statement", std::move(info)));
}

void pipeline::take_end(step& s, std::string_view body) {
    const pgwire::command_complete tag = note_tag(body);
    if (s.request == nullptr) {
        if (s.of->ending && !s.of->failure && tag.what() == pgwire::command::rollback)
            fail(s, not_committed());
        if (s.of->probed) s.of->looked = true;
        return;
    }
    end_rows(s, static_cast<std::int64_t>(tag.rows().value_or(0)));
}

// The server makes a ROLLBACK of the COMMIT of a transaction that has failed. Its failure may have been caught, and is told
// again: whether the transaction is worth another try depends on that. By this answer it is known what became of it,
// whatever that failure had said.
std::exception_ptr pipeline::not_committed() const {
    const std::string why = broken_by_ ? " (" + std::string(to_string(*broken_by_)) + ")" : "";
    const bool tells = broken_by_ && *broken_by_ != errc::commit_unknown;
    return make_error(tells ? *broken_by_ : errc::serialization_failure,
                      "the transaction had failed" + why + ", and was rolled back");
}

void pipeline::end_rows(step& s, std::int64_t told) {
    if (s.again) return;
    if (s.rows > 0) {
        s.request->rows_affected += told;
        return end_part(s);
    }
    s.request->rows_affected = s.must_affect || s.cursor != nullptr ? s.count : told;
    if (s.request->rows == nullptr || s.sated || s.of->job->abandoned() || s.of->job->expired()) return;
    try {
        row_reader::begin(s);
    } catch (...) { unread(s, std::current_exception()); }
}

failure_context pipeline::context_of(const step& s) const {
    failure_context c = context_of(*s.of, s.cursor == nullptr ? s.request : &s.cursor->question());
    if (s.cursor != nullptr && s.what != nullptr) c.sql = s.what->text(dialect::postgres);
    if (s.request != nullptr || s.cursor != nullptr) return c;
    c.sql = s.what == nullptr ? std::string_view(s.of->job->text) : s.what->text(dialect::postgres);
    if (c.name.empty() && s.what != nullptr) c.name = s.what->name();
    return c;
}

failure_context pipeline::copied_context(const step& s, const pgwire::server_error& e) const {
    failure_context c = context_of(s);
    if (c.table == nullptr) return c;
    const auto place = place_of(e, c.table->name);
    if (!place || place->line > s.request->bulk->size()) return c;
    c.row = s.request->bulk->position(place->line - 1);
    c.column = place->column;
    return c;
}

bool pipeline::may_try_again(const step& s) const noexcept {
    const flight& f = *s.of;
    if (f.had_second_try || f.stopping) return false;
    switch (f.job->what) {
    // Its unit is the whole of the job, or one of independent statements, and outside of any transaction: the server
    // has undone all of it. Or what wraps it is undone.
    case engine::verb::run:
    case engine::verb::open_cursor: return status_ == 'I' || ((f.wrapped || f.tried) && s.request != nullptr);
    case engine::verb::begin: return status_ == 'I' && s.what == &begin_statement(f.job->modes);
    case engine::verb::rollback: return true;
    default: return false;
    }
}

// The server has done it, and may do it twice.
bool pipeline::may_read_again(const step& s) const noexcept {
    const flight& f = *s.of;
    const auto& all = f.job->batch.requests;
    return (f.job->what == engine::verb::run || f.job->what == engine::verb::open_cursor) && !f.reread &&
           s.request != nullptr && s.request->rows != nullptr &&
           std::all_of(all.begin(), all.end(), [](const auto& r) { return r.what->read_only(); });
}

void pipeline::try_again(step& s) {
    flight& f = *s.of;
    s.again = true;
    s.sated = true;
    if (!is_several(*f.job))
        f.again = true;
    else if (s.request != nullptr && std::find(f.anew.begin(), f.anew.end(), s.request) == f.anew.end())
        f.anew.push_back(s.request);
}

// A COMMIT that the server made of a Sync, and which failed: of several statements nobody knows whose fault it is.
failure_context pipeline::context_at_sync(const step& s, const pgwire::server_error& e) const {
    const flight& f = *s.of;
    const auto& all = f.job->batch.requests;
    if (all.size() < 2 || is_several(*f.job)) return context_of(s);
    failure_context c = context_of(f, nullptr);
    for (const engine::request& r : all) {
        const table_info* const t = r.what->table();
        if (t != nullptr && table_name(e.schema, e.table, t) == t->name) c.table = t;
    }
    return c;
}

void pipeline::judge(step& s, const pgwire::server_error& e) {
    flight& f = *s.of;
    if (s.turn.was_done()) return fail(s, failure_of(e, context_at_sync(s, e)));
    if (s.form != nullptr) {
        // What was not parsed is not there, and what was not described is of no use.
        const bool useless = s.cold && !(s.turn.was_parsed() && s.form->described);
        const bool outdated = !s.cold && outdates_statement(e);
        const bool known = !s.form->forgotten;
        const bool retyped = s.form->own_types && is_change_of_type(e.sqlstate);
        if (useless || outdated || retyped)
            statements_.forget(*s.form, s.turn.was_parsed() || retyped || has_new_result_columns(e));
        // A DEALLOCATE ALL within a function shows by this alone.
        if (outdated && known && is_no_statement(e)) statements_.forget_all(true);
        const bool mistyped = s.cold && !s.turn.was_parsed() && is_type_complaint(e.sqlstate);
        if (mistyped || retyped) note_typing(s, false);
        const bool taken = s.cold && !s.turn.was_parsed() && is_name_taken(e);
        if ((outdated || mistyped || retyped || taken) && may_try_again(s)) {
            if (s.request != nullptr && s.request->bulk != nullptr)
                f.mistyped = f.mistyped || mistyped || retyped;
            else if (mistyped || retyped)
                f.untyped = true;
            f.types_anew = f.types_anew || retyped;
            return try_again(s);
        }
    }
    if (s.request != nullptr && s.request->when_no_row && is_unmet_expectation(e)) {
        if (*s.request->when_no_row == errc::stale_object) f.stale = s.request;
        return fail(s, unmet_expectation(*s.request->when_no_row, context_of(s)));
    }
    if (f.copying == copy_stage::rows && s.request != nullptr)
        return fail(s, failure_of(e, copied_context(s, e)));
    if (s.cursor != nullptr && is_no_portal(e)) return fail(s, stream_over(context_of(s)));
    fail(s, failure_of(e, context_of(s)));
}

void pipeline::fail(step& s, std::exception_ptr why) noexcept {
    flight& f = *s.of;
    if (watch_ != nullptr && !s.failed) s.failed = detail::kind_of(why);
    if (s.request != nullptr && is_several(*f.job)) {
        if (!s.request->failure) s.request->failure = std::move(why);
    } else if (!f.failure) {
        f.failure = std::move(why);
    }
}

bool pipeline::take_failure(step& s, std::string_view body) {
    pgwire::server_error e;
    if (!read(body, e)) return broken("a malformed ErrorResponse");
    if (e.fatal()) return farewell(e);
    if (s.of->job->what == engine::verb::hand_back) {
        why_ = "what was left behind on it could not be cleared away: " + told(e, {});
        return false;
    }
    // What fails at the Sync of a group is nobody's own.
    const bool by_sync = s.of->group != nullptr && s.turn.was_done();
    if (!by_sync) judge(s, e);
    if (s.of->group != nullptr) send_group_alone(*s.of, by_sync);
    if (!s.ends_unit) skip_rest_of_unit(*s.of);
    return true;
}

// The server passes over what follows, up to the Sync.
void pipeline::skip_rest_of_unit(const flight& f) noexcept {
    for (std::size_t i = 1; i < steps_.size() && in_one_unit(*steps_[i].of, f); ++i) {
        step& s = steps_[i];
        if (s.cold) statements_.forget(*s.form);
        if (!s.closes.empty()) statements_.keep_gone(std::move(s.closes));
        s.turn = pgwire::extended_query({.sync = s.ends_unit}, pgwire::extended_query::skipped::yes);
        s.sated = s.skipped = true;
        if (s.ends_unit) return;
    }
}

void pipeline::pop() noexcept {
    answered_ = steps_.front().end;
    if (watch_ != nullptr) note_work(steps_.front());
    leave(steps_.front());
    steps_.pop_front();
    sent_to_ -= sent_to_ > 0 ? 1 : 0;
}

void pipeline::leave(step& s) noexcept {
    if (s.form != nullptr) statements_.release(*s.form);
    s.form = nullptr;
    if (open_cursor* const c = std::exchange(s.cursor, nullptr)) {
        --c->steps;
        forget_if_gone(*c);
    }
}

bool pipeline::take_ready(step& s, std::string_view body) {
    pgwire::ready_for_query ready;
    if (!read(body, ready)) return broken("a malformed ReadyForQuery");
    flight& f = *s.of;
    note_status(s, static_cast<char>(ready.status));
    pop();
    if (f.group != nullptr)
        group_over(*f.group);
    else
        sync_over(f);
    return true;
}

void pipeline::sync_over(flight& f) noexcept {
    f.status = status_;
    f.shares = false; // what is sent anew stays alone
    ++f.answered;
    if (--f.units == 0) unit_over(f);
}

} // namespace hawser::postgres
