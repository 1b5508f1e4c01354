// How a pipeline runs a bulk statement: one text, with an array for each column, over a part of the rows at a time.
#include "pgwire/codec/array_header.hpp"
#include "pgwire/codec/parameter.hpp"
#include "pgwire/message/bind.hpp"
#include "pgwire/message/copy_fail.hpp"
#include "pgwire/message/describe.hpp"
#include "pgwire/message/execute.hpp"
#include "pgwire/oids.hpp"
#include "postgres/control.hpp"
#include "postgres/pipeline.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <utility>

namespace hawser::postgres {
namespace {

// More rows in one statement are no faster, and more bytes neither.
constexpr std::size_t rows_of_part = 1000;
constexpr std::size_t bytes_of_part = std::size_t{1} << 20;
// So many bytes wait for the socket before the next part is made: with it they fit a buffer of two MiB, of which there are
// two where the server is slow to take them.
constexpr std::size_t enough = std::size_t{256} << 10;

// A row that is not found undoes them all.
bool is_all_or_nothing(const engine::request& r) noexcept {
    return r.bulk_as == engine::bulk_verb::update && r.when_no_row.has_value();
}

field_view number_of(std::size_t n) noexcept {
    return field_view::of(field_type::int64, static_cast<std::int64_t>(n));
}

std::string key_of(const row_source& from, std::size_t row) {
    parameters key;
    from.encode_key(row, key);
    pgwire::output bytes;
    for (const field_view& v : key.slice(0, key.size())) pgwire::encode_parameter_text(bytes, v);
    return std::string(bytes.view());
}

} // namespace

void pipeline::begin_bulk(flight& f, engine::request& r) {
    tell_started(f, r);
    if (r.bulk_as == engine::bulk_verb::copy) return begin_copy(f, r);
    f.feeding = &r;
    f.fed = 0;
    r.rows_affected = 0;
    r.inserted = 0;
    const std::size_t rows = r.bulk->size();
    if (rows == 0) return send_sync(f);
    if (must_ask_types(f)) return ask_types(f, single_row_of(r.what->text(dialect::postgres)));
    const std::size_t first = fill_part(f);
    if (first == rows && !is_all_or_nothing(r) && !may_be_mistyped(f)) {
        send_part(f, rows, sync::yes);
        r.rows_done = rows;
        return;
    }
    send_wrapping(f);
    send_part(f, first, sync::no);
    fed_ = &f;
    f.units = 1; // it is under way until its last part says so
    if (f.fed == rows) return end_parts(f);
    feed();
}

void pipeline::send_wrapping(flight& f) {
    f.wrapped = true;
    f.own = !leased_ || status_ == 'I';
    send_control(f, f.own ? begin_statement(f.job->modes) : bulk_savepoint_statement(), sync::no);
}

void pipeline::feed() noexcept {
    while (fed_ != nullptr && out_.size() < enough) {
        flight& f = *fed_;
        if (f.waits) break;
        if (f.failure || f.unread ||
            f.again) { // the server has refused a part: what is left would be passed over
            give_up_bulk(f, nullptr);
            continue;
        }
        const reached before = here();
        try {
            if (!f.job->running()) throw_error(errc::cancelled, "nobody waits for the rest");
            if (f.copying == copy_stage::rows)
                send_copied(f);
            else
                send_part(f, fill_part(f), sync::no);
            if (f.fed == f.feeding->bulk->size()) end_parts(f);
        } catch (...) {
            take_back(before);
            give_up_bulk(f, std::current_exception());
        }
    }
    while (!beware_ && !paused_.empty() && (fed_ == nullptr || fed_ == paused_.front())) {
        flight& f = *paused_.front();
        paused_.pop_front();
        resume(f);
    }
    while (!behind_.empty() && !must_wait(*behind_.front().job)) {
        parked next = std::move(behind_.front());
        behind_.pop_front();
        parked_bytes_ -= next.bytes;
        launch(std::move(next));
    }
}

// What was missed is known with the answers only: the work is kept, or undone, then.
void pipeline::end_parts(flight& f) {
    if (!is_all_or_nothing(*f.feeding)) return end_bulk(f);
    f.units = 0;
    f.waits = true;
    send_sync(f);
}

void pipeline::go_on_feeding(flight& f) {
    f.waits = false;
    if (f.typing == type_stage::asking || f.typing == type_stage::catalog) return go_on_asking(f);
    if (!f.failure && !f.job->running())
        f.failure = make_error(errc::cancelled, "nobody waits for the rest", {});
    if (f.failure || f.unread || f.again) return give_up_bulk(f, nullptr);
    if (f.missed.empty()) return end_bulk(f);
    if (f.feeding->probe != nullptr && !f.asked_for) {
        f.asked_for = true;
        f.waits = true;
        return send_row_probe(f, f.missed.front(), sync::yes);
    }
    give_up_bulk(f, missed_failure(f));
}

void pipeline::end_bulk(flight& f) {
    f.units = 0;
    fed_ = nullptr;
    f.feeding->rows_done = f.fed;
    send_control(f, f.own ? commit_statement() : bulk_release_statement(), sync::yes);
    f.ending = f.own;
}

void pipeline::give_up_bulk(flight& f, std::exception_ptr why) {
    if (!f.failure && f.unread) f.failure = std::exchange(f.unread, nullptr);
    // The server would take a Sync for a part of the rows; where it has refused them it passes over all this.
    if (why && f.copying == copy_stage::rows) pgwire::write_copy_fail(out_, "the client has given up");
    if (!f.failure && why) f.failure = std::move(why);
    if (!f.failure && f.stopping) f.failure = make_error(errc::cancelled, "nobody waits for the rest");
    f.units = 0;
    fed_ = nullptr;
    // Ends what the server passes over since it has refused a part.
    send_sync(f);
    if (f.stopping) return; // a request may come that is not to hit what undoes it: that goes behind
    f.undoing = true;
    send_control(f, f.own ? rollback_statement() : bulk_undo_statement(), sync::yes);
}

// The values of the next part's rows, in row_values_; gives their number.
std::size_t pipeline::fill_part(const flight& f) {
    const row_source& from = *f.feeding->bulk;
    row_values_.clear();
    std::size_t rows = 0;
    std::size_t bytes = 0;
    std::size_t columns = 0;
    part_keys_.clear();
    while (f.fed + rows < from.size() && rows < rows_of_part && bytes < bytes_of_part) {
        const std::size_t before = row_values_.size();
        // Of one row's two versions the second finds the first, as if they had come one by one.
        if (f.feeding->probe != nullptr && !part_keys_.insert(key_of(from, f.fed + rows)).second) break;
        from.encode(f.fed + rows, row_values_);
        const std::size_t count = row_values_.size() - before;
        if (rows == 0) columns = count;
        if (count != columns)
            throw_error(errc::misuse, "row " + std::to_string(from.position(f.fed + rows)) +
                                          " has another number of values than the one before it");
        for (const field_view& v : row_values_.slice(before, count)) bytes += sizeof v + v.size;
        ++rows;
    }
    return rows;
}

void pipeline::send_part(flight& f, std::size_t rows, sync at_end) {
    step& s = push(f);
    s.request = f.feeding;
    s.what = f.feeding->what;
    s.first_row = f.fed;
    s.rows = rows;
    prepared& p = statements_.find(*s.what, {}, wording::plain);
    s.form = &p;
    statements_.hold(p);
    s.cold = p.at == prepared::state::unknown;
    const bool closes = write_close(s);
    if (s.cold) write_bulk_parse(s);
    s.asked = formats::binary;
    write_rows(s);
    pgwire::write_execute(out_, {});
    s.turn = pgwire::extended_query({.close = closes, .prepare = s.cold, .sync = at_end == sync::yes});
    end_bytes(s, at_end);
    f.fed += rows;
}

void pipeline::write_rows(const step& s) {
    static constexpr pgwire::format binary[] = {pgwire::format::binary};
    const prepared& p = *s.form;
    const std::size_t columns = p.elements.size();
    if (row_values_.size() != s.rows * columns)
        throw_error(errc::misuse, "the rows have another number of values than their statement");
    const std::size_t mark = pgwire::begin_bind(out_, {}, p.name, binary, p.parameters.size());
    for (std::size_t c = 0; c < columns; ++c) write_array(s, c);
    if (columns == 0) pgwire::encode_parameter(out_, number_of(s.rows), pgwire::oids::int8, *p.types);
    pgwire::finish_bind(out_, mark, binary);
}

void pipeline::write_array(const step& s, std::size_t column) {
    const prepared& p = *s.form;
    const std::size_t columns = p.elements.size();
    const auto values = row_values_.slice(0, row_values_.size());
    bool has_null = false;
    for (std::size_t i = 0; i < s.rows; ++i) has_null = has_null || values[i * columns + column].is_null();
    const std::size_t array = pgwire::begin_array(out_, p.elements[column], s.rows, has_null);
    for (std::size_t i = 0; i < s.rows; ++i)
        pgwire::encode_parameter(out_, values[i * columns + column], p.elements[column], *p.types);
    out_.close_value(array);
}

void pipeline::take_bulk_row(step& s, std::string_view body) {
    const std::int64_t first = rows_.integer_of(s, body);
    if (s.request->bulk_as == engine::bulk_verb::upsert)
        s.request->inserted += first;
    else if (s.request->generates_key || s.request->bulk_as == engine::bulk_verb::update)
        keys_.push_back(first);
}

// The server has told the numbers of the rows that it has found, from 1.
void pipeline::note_missed(const step& s) {
    std::sort(keys_.begin(), keys_.end());
    auto found = keys_.begin();
    for (std::size_t i = 0; i < s.rows; ++i) {
        if (found != keys_.end() && static_cast<std::size_t>(*found) == i + 1)
            ++found;
        else
            s.of->missed.push_back(s.first_row + i);
    }
}

void pipeline::send_row_probe(flight& f, std::size_t row, sync at_end) {
    row_values_.clear();
    f.feeding->bulk->encode_key(row, row_values_);
    step& s = push(f);
    s.what = f.feeding->probe;
    s.first_row = row;
    write_statement(s, row_values_.slice(0, row_values_.size()), at_end);
}

// The rows that are found are stored.
void pipeline::end_update(flight& f) {
    if (f.feeding->probe == nullptr || f.asked_for) return tell_missed(f);
    f.asked_for = true;
    for (std::size_t i = 0; i < f.missed.size(); ++i)
        send_row_probe(f, f.missed[i], i + 1 == f.missed.size() ? sync::yes : sync::no);
}

void pipeline::tell_missed(const flight& f) {
    if (!f.job->running()) return;
    auto exists = f.there.begin();
    for (const std::size_t row : f.missed) {
        while (exists != f.there.end() && *exists < row) ++exists;
        f.feeding->bulk->missed(row, exists != f.there.end() && *exists == row);
    }
}

std::exception_ptr pipeline::missed_failure(const flight& f) const {
    failure_context c = context_of(f, f.feeding);
    c.row = f.feeding->bulk->position(f.missed.front());
    const errc kind = f.there.empty() ? errc::not_found : *f.feeding->when_no_row;
    return unmet_expectation(kind, c, !f.there.empty());
}

// Keys rise as the rows do, but RETURNING promises no order.
void pipeline::end_part(step& s) {
    if (s.request->bulk_as == engine::bulk_verb::update) {
        if (!s.sated && s.of->job->running()) note_missed(s);
        return keys_.clear();
    }
    const bool heard = s.request->generates_key && s.of->job->running() && !s.sated;
    if (heard && keys_.size() == s.rows) {
        std::sort(keys_.begin(), keys_.end());
        for (std::size_t i = 0; i < keys_.size(); ++i) s.request->bulk->assigned(s.first_row + i, keys_[i]);
    } else if (heard) { // a trigger, or a rule
        unread(s, make_error(errc::misuse, "the server has stored " + std::to_string(keys_.size()) + " of " +
                                               std::to_string(s.rows) +
                                               " rows: nobody knows whose their keys are"));
    }
    keys_.clear();
}

} // namespace hawser::postgres
