// How a pipeline reads a few rows at a time, from portals.
#include "pgwire/message/close.hpp"
#include "pgwire/message/describe.hpp"
#include "pgwire/message/execute.hpp"
#include "postgres/control.hpp"
#include "postgres/pipeline.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <limits>
#include <string>
#include <utility>

namespace hawser::postgres {

std::int32_t rows_at_once(const engine::request& r) noexcept {
    constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::min(r.most_rows, most));
}

std::string pipeline::free_portal() const {
    std::size_t number = 1; // a name that comes again finds its DECLARE prepared
    const auto taken = [&](const open_cursor& c) { return c.portal == "c" + std::to_string(number); };
    while (std::any_of(cursors_.begin(), cursors_.end(), taken)) ++number;
    return "c" + std::to_string(number);
}

void pipeline::speak_of(step& s, open_cursor& c) noexcept {
    s.cursor = &c;
    ++c.steps;
}

open_cursor& pipeline::cursor_for(flight& f) {
    for (open_cursor& c : cursors_)
        if (c.opening == f.job) return c;
    open_cursor& c = cursors_.emplace_back();
    c.portal = free_portal();
    c.held = f.job->cursor;
    f.job->cursor.reset(); // the job lives as long as this, which lives as long as that
    c.opening = f.job;
    tell_started(f, c);
    return c;
}

void pipeline::send_open(flight& f) {
    engine::request& r = f.job->batch.requests.front();
    if (!r.what->read_only())
        throw_error(errc::misuse, "a stream only reads", {.statement_name = std::string(r.what->name())});
    open_cursor& c = cursor_for(f);
    if (f.had_second_try) {
        if (prepared* const form = std::exchange(c.form, nullptr)) statements_.release(*form);
        close_portal(f, c);
    }
    c.lasting = status_ == 'I';
    if (c.lasting) return declare(f, c);
    step& s = push(f);
    speak_of(s, c);
    s.request = &r;
    s.what = r.what;
    write_statement(s, f.job->batch.values_of(r), sync::yes);
    c.form = s.form;
    c.asked = s.asked;
    statements_.hold(*c.form);
}

void pipeline::declare(flight& f, open_cursor& c) {
    engine::request& r = f.job->batch.requests.front();
    c.text = declaration_of(c.portal, r.what->text(dialect::postgres));
    c.declaration.emplace(
        statement::facts{.name = r.what->name(), .sqlite = {}, .postgres = c.text, .lasting = false});
    {
        step& s = push(f);
        s.what = &*c.declaration;
        write_statement(s, f.job->batch.values_of(r), sync::no);
        speak_of(s, c);
    }
    step& s = push(f);
    speak_of(s, c);
    s.request = &r;
    s.what = r.what;
    s.form = c.form = &c.own;
    statements_.hold(c.own);
    statements_.hold(c.own);
    s.asked = c.asked = formats::text;
    pgwire::write_describe_portal(out_, c.portal);
    pgwire::write_execute(out_, c.portal, rows_at_once(r));
    s.turn = pgwire::extended_query({.bind = false, .look = true, .limited = true});
    end_bytes(s, sync::yes);
}

void pipeline::send_fetch(flight& f) {
    engine::request& r = f.job->batch.requests.front();
    const auto at = std::find_if(cursors_.begin(), cursors_.end(), [&](const open_cursor& c) {
        return !c.gone && c.held.lock() == f.job->cursor;
    });
    if (at == cursors_.end()) std::rethrow_exception(stream_over(context_of(f, nullptr)));
    step& s = push(f);
    speak_of(s, *at);
    s.request = &r;
    s.what = at->question().what;
    s.form = at->form;
    statements_.hold(*s.form);
    s.asked = at->asked;
    s.begun = true;
    pgwire::write_execute(out_, at->portal, rows_at_once(r));
    s.turn = pgwire::extended_query({.bind = false, .limited = true});
    end_bytes(s, sync::yes);
}

const engine::request* pipeline::opening_of(const engine::job& fetch) const noexcept {
    for (const open_cursor& c : cursors_)
        if (c.held.lock() == fetch.cursor) return &c.question();
    return nullptr;
}

void pipeline::close_portal(flight& f, open_cursor& c) {
    step& s = push(f);
    speak_of(s, c);
    pgwire::write_close_portal(out_, c.portal);
    s.turn = pgwire::extended_query({.close = true, .execute = false, .sync = false});
    end_bytes(s, sync::no);
}

// In front of the next job: those that nobody holds any longer.
void pipeline::close_dropped(flight& f) {
    for (open_cursor& c : cursors_) {
        if (c.closing || !c.held.expired()) continue;
        close_portal(f, c);
        c.closing = true;
    }
}

void pipeline::forget_cursors(bool lasting_too) noexcept {
    for (auto at = cursors_.begin(); at != cursors_.end();) {
        open_cursor& c = *at++;
        if (c.lasting && !lasting_too) continue;
        c.gone = true;
        forget_if_gone(c);
    }
}

void pipeline::forget_if_gone(open_cursor& c) noexcept {
    if (c.steps > 0 || !(c.gone || c.closing)) return;
    if (c.form != nullptr) statements_.release(*c.form);
    tell_ended(c);
    cursors_.remove_if([&](const open_cursor& one) { return &one == &c; });
}

} // namespace hawser::postgres
