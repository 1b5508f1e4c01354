// How a pipeline writes what jobs ask for.
#include "pgwire/codec/parameter.hpp"
#include "pgwire/message/bind.hpp"
#include "pgwire/message/close.hpp"
#include "pgwire/message/describe.hpp"
#include "pgwire/message/execute.hpp"
#include "pgwire/message/parse.hpp"
#include "pgwire/message/query.hpp"
#include "pgwire/message/sync.hpp"
#include "postgres/control.hpp"
#include "postgres/copy_text.hpp"
#include "postgres/known_read.hpp"
#include "postgres/pipeline.hpp"
#include "postgres/setting_text.hpp"
#include <algorithm>
#include <array>
#include <hawser/core/error.hpp>

namespace hawser::postgres {
namespace {

using engine::batch_mode;

// A guard, or a versioned update, fails by itself where it finds no row.
bool fails_by_itself(std::string_view sql) noexcept {
    return sql.find("1/count(*)") != std::string_view::npos;
}

bool must_affect(const engine::request& r) noexcept {
    return r.when_no_row && r.bulk == nullptr && !fails_by_itself(r.what->text(dialect::postgres));
}

// A pipeline does not stop at UPDATE 0: no row affected becomes a division by zero.
std::string affecting(std::string_view sql) {
    std::string text = "with affected as (";
    return text.append(sql).append(" returning 1) select count(*), 1/count(*) from affected");
}

// Of what may write: it is not asked twice, so its rows come in the one form that is known of all types, until the server
// has told theirs.
bool wants_text_at_first(const step& s) noexcept {
    return s.request != nullptr && s.request->rows != nullptr && !is_known_read(*s.what);
}

// Nothing but a cursor's own portal has a name, or a limit: the server leaves out parallel plans for it.
std::string_view portal_of(const step& s) noexcept {
    return s.cursor == nullptr ? std::string_view() : s.cursor->portal;
}
std::int32_t most_rows_of(const step& s) noexcept {
    return s.cursor == nullptr ? 0 : rows_at_once(*s.request);
}

void throw_wrong_count(const step& s, std::size_t wanted, std::size_t given) {
    error_info info;
    info.statement_name = s.what->name();
    info.sql = s.what->text(dialect::postgres);
    throw_error(errc::syntax_error,
                "the statement has " + std::to_string(wanted) + " placeholders, " + std::to_string(given) +
                    " values were given",
                std::move(info));
}

// The server would wait for data that nobody has, and take what others send behind it for that.
void refuse_copy(std::string_view name, std::string_view sql) {
    if (!copies_with_client(sql)) return;
    error_info info;
    info.statement_name = name;
    info.sql = sql;
    throw_error(errc::unsupported, "COPY from and to the client does not go as a statement: use copy_in",
                std::move(info));
}

constexpr pgwire::format binary_format[] = {pgwire::format::binary};
constexpr pgwire::format text_format[] = {pgwire::format::text};

} // namespace

void pipeline::send_run(flight& f) {
    const engine::batch& b = f.job->batch;
    if (b.requests.empty()) return send_sync(f);
    if (b.requests.size() == 1 && b.requests.front().bulk != nullptr)
        return begin_bulk(f, f.job->batch.requests.front());
    if (b.mode == batch_mode::atomic && f.job->modes.isolation != isolation::default_ && !is_within_another())
        return send_isolated(f);
    if (may_be_refused(f)) return send_trial(f);
    if (b.mode != batch_mode::independent) return send_requests(f, 0, b.requests.size(), sync::yes);
    for (std::size_t i = 0; i < b.requests.size(); ++i)
        if (!b.requests[i].failure) send_requests(f, i, i + 1, sync::yes);
}

// The caller's transaction, or one that somebody has opened on the shared lane. The driver's own, of a bulk statement, ends
// in front of whatever comes behind it.
bool pipeline::is_within_another() const noexcept {
    const auto has_opened = [](const auto& f) { return f->opened; };
    const auto has_its_own = [](const auto& f) { return f->wrapped && f->own; };
    if (status_ == 'I') return false;
    return leased_ ? std::none_of(live_.begin(), live_.end(), has_its_own)
                   : std::any_of(live_.begin(), live_.end(), has_opened);
}

// Where a statement or the COMMIT fails, the ROLLBACK ends what is open; else it is a warning.
void pipeline::send_isolated(flight& f) {
    f.isolated = true;
    send_control(f, begin_statement(f.job->modes), sync::no);
    send_requests(f, 0, f.job->batch.requests.size(), sync::no);
    send_control(f, commit_statement(), sync::yes);
    send_control(f, rollback_statement(), sync::yes);
}

void pipeline::send_requests(flight& f, std::size_t first, std::size_t last, sync s) {
    for (std::size_t i = first; i < last; ++i)
        send_request(f, f.job->batch.requests[i], i + 1 == last ? s : sync::no);
}

void pipeline::send_request(flight& f, engine::request& r, sync at_end) {
    if (r.bulk != nullptr) throw_error(errc::misuse, "a bulk statement does not share its batch");
    tell_started(f, r);
    step& s = push(f);
    s.request = &r;
    s.what = r.what;
    s.must_affect = must_affect(r);
    write_statement(s, f.job->batch.values_of(r), at_end);
}

void pipeline::send_control(flight& f, const statement& what, sync at_end) {
    step& s = push(f);
    s.what = &what;
    write_statement(s, {}, at_end);
}

void pipeline::send_probe(flight& f) {
    step& s = push(f);
    s.what = f.stale->probe;
    write_statement(s, f.job->batch.values.slice(f.stale->probe_first, f.stale->probe_count), sync::yes);
}

// It would be in force for whoever comes next. On a lease it is cleared away before that.
void pipeline::see_to_leavings(std::string_view kind, std::string_view name, std::string_view sql) {
    const std::string_view word = lasting_word(sql);
    if (word.empty()) return;
    if (leased_) {
        dirty_ = true;
        return;
    }
    error_info info;
    info.statement_name = name;
    throw_error(errc::permission_denied,
                std::string(kind).append(" holds ").append(word).append(
                    ", which outlives it on a connection that others share; use db.session"),
                std::move(info));
}

void pipeline::send_script(flight& f, std::string_view text) {
    refuse_copy(f.job->name, text);
    step& s = push(f);
    s.simple = true;
    s.script = f.job->what == engine::verb::script;
    pgwire::write_query(out_, text);
    s.ends_unit = true;
    ++f.units;
    s.end = taken_ + out_.size();
}

void pipeline::send_sync(flight& f) {
    step& s = push(f);
    s.turn = pgwire::extended_query({.execute = false});
    end_bytes(s, sync::yes);
}

void pipeline::send_forget(flight& f) {
    statements_.forget_all(true);
    while (statements_.has_gone()) {
        step& s = push(f);
        s.turn = pgwire::extended_query({.close = write_close(s), .execute = false, .sync = false});
        end_bytes(s, sync::no);
    }
    send_sync(f);
}

void pipeline::end_bytes(step& s, sync at_end) {
    if (at_end == sync::yes) {
        pgwire::write_sync(out_);
        s.ends_unit = true;
        ++s.of->units;
    }
    s.end = taken_ + out_.size();
    if (watch_ != nullptr) s.since = clock::now();
}

void pipeline::write_statement(step& s, std::span<const field_view> values, sync at_end) {
    prepared& p = statements_.find(*s.what, values, s.must_affect ? wording::must_affect : wording::plain);
    s.form = &p;
    statements_.hold(p);
    const bool closes = write_close(s);
    s.cold = p.at == prepared::state::unknown;
    if (s.cold)
        write_parse(s, values);
    else if (p.parameters.size() != values.size())
        throw_wrong_count(s, p.parameters.size(), values.size());
    if (p.described)
        s.asked = p.all_binary ? formats::binary : formats::by_type;
    else
        s.asked = wants_text_at_first(s) ? formats::text : formats::binary;
    write_bind(s, values);
    pgwire::write_execute(out_, portal_of(s), most_rows_of(s));
    s.turn = pgwire::extended_query(
        {.close = closes, .prepare = s.cold, .limited = s.cursor != nullptr, .sync = at_end == sync::yes});
    end_bytes(s, at_end);
}

// What the cache keeps no more goes in front of the next statement.
bool pipeline::write_close(step& s) {
    if (!statements_.has_gone()) return false;
    closed_.push_back(statements_.take_gone());
    s.closes = closed_.back();
    pgwire::write_close_statement(out_, s.closes);
    return true;
}

// Within a transaction nothing is tried twice: there the server finds out what a mapping's text stands for, which may be a
// column of the database's own type.
bool pipeline::leaves_open(const step& s, const field_view& v) const noexcept {
    const bool text =
        v.type == field_type::text || (v.type == field_type::list && v.element == field_type::text);
    return text && s.what->table() != nullptr && (status_ != 'I' || s.of->inside || s.of->began);
}

void pipeline::write_parse(const step& s, std::span<const field_view> values) {
    const std::string_view sql = s.what->text(dialect::postgres);
    if (s.what->table() == nullptr) refuse_copy(s.what->name(), sql);
    if (s.what->table() == nullptr && s.request != nullptr)
        see_to_leavings("the statement", s.what->name(), sql);
    prepared& p = *s.form;
    p.types = types_.now();
    p.bind_head.clear();
    p.parameters.clear();
    p.left_open.clear();
    const bool all_open =
        s.of->untyped || (s.what->table() == nullptr && types_.of(p.signature) == typing::open);
    for (const field_view& v : values) {
        const pgwire::oid own = pgwire::parameter_type(v);
        const bool open = all_open || leaves_open(s, v);
        if (open) p.left_open.resize(values.size());
        if (open) p.left_open[p.parameters.size()] = own;
        p.parameters.push_back(open ? pgwire::oid{0} : own);
    }
    if (s.must_affect)
        pgwire::write_parse(out_, p.name, affecting(sql), p.parameters);
    else
        pgwire::write_parse(out_, p.name, sql, p.parameters);
    pgwire::write_describe_statement(out_, p.name);
    p.at = prepared::state::pending;
}

// The same bytes each time, but for the length in front.
std::size_t pipeline::begin_usual_bind(prepared& p, std::size_t values) {
    if (!p.bind_head.empty()) {
        const std::size_t mark = pgwire::open_message(out_, pgwire::client_message::bind);
        out_.bytes(p.bind_head);
        return mark;
    }
    const std::size_t mark = pgwire::begin_bind(out_, {}, p.name, binary_format, values);
    p.bind_head = out_.view_from(mark + sizeof(std::int32_t));
    return mark;
}

// A parameter whose type is not known yet goes as text: the server reads it as whatever it finds to be right.
void pipeline::write_bind(const step& s, std::span<const field_view> values) {
    const prepared& p = *s.form;
    const auto unknown = [](pgwire::oid o) { return o == 0; };
    const bool mixed = std::any_of(p.parameters.begin(), p.parameters.end(), unknown);
    std::vector<pgwire::format> each;
    if (mixed)
        for (const pgwire::oid o : p.parameters)
            each.push_back(o == 0 ? pgwire::format::text : pgwire::format::binary);
    const std::size_t mark =
        mixed || s.cursor != nullptr
            ? pgwire::begin_bind(out_, portal_of(s), p.name,
                                 mixed ? std::span<const pgwire::format>(each) : binary_format, values.size())
            : begin_usual_bind(*s.form, values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (p.parameters[i] == 0)
            pgwire::encode_parameter_text(out_, values[i]);
        else
            pgwire::encode_parameter(out_, values[i], p.parameters[i], *p.types);
    }
    std::span<const pgwire::format> results = s.asked == formats::text ? text_format : binary_format;
    if (s.asked == formats::by_type) {
        each.clear();
        for (const result_column& c : p.columns)
            each.push_back(c.binary ? pgwire::format::binary : pgwire::format::text);
        results = each;
    }
    pgwire::finish_bind(out_, mark, results);
}

} // namespace hawser::postgres
