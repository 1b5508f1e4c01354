// Jobs on their way, and any bytes of a server's: they are answered alike in pieces of any size, each job
// ends once, and what it is told is what the server has said. The first byte chooses the jobs: 1: on a lease;
// 2, 4, 8: the first kind of its set; 16, 32: the set; 64: reads share a Sync, or a text of the caller's own
// is in the transaction; 128: something happens meanwhile, which the next two bytes choose, what and where.
#include "target.hpp"
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <hawser/core/error.hpp>
#include <hawser/core/row.hpp>
#include <hawser/engine/job.hpp>
#include <map>
#include <memory>
#include <optional>
#include <postgres/known_types.hpp>
#include <postgres/pipeline.hpp>
#include <string>
#include <vector>

using namespace hawser;
using engine::batch_mode;
using engine::job_ptr;
using engine::verb;
using fuzz::expect;

namespace {

constexpr std::size_t kinds_of_set = 8;
enum set_of_kinds : unsigned { usual, transaction, checks, readings };

constexpr table_info table{.name = "t", .constraints = {}};

statement said(std::string_view name, std::string_view text, std::uint16_t parameters, bool reads) {
    return statement({.name = name,
                      .sqlite = {},
                      .postgres = text,
                      .parameters = parameters,
                      .read_only = reads,
                      .table = &table});
}
const statement insert = said("t.insert", "insert into t (v) values ($1) returning id", 1, false);
const statement select_all = said("t.select", "select v, w from t", 0, true);
const statement select_one = said("t.one", "select v from t where v = $1", 1, true);
const statement bulk_insert = said("t.bulk",
                                   "insert into t (v) select a from unnest($1::bigint[]) with ordinality "
                                   "as x(a, o) returning id",
                                   1, false);
const statement copy_rows = said("t.copy_in", "copy \"t\" (\"v\") from stdin (format binary)", 1, false);
const statement insert_moods = said("t.moods",
                                    "insert into \"t\" (\"v\", \"m\") select _r._1, _r._2 from "
                                    "unnest($1::bigint[], $2::app.mood[]) "
                                    "with ordinality as _r(_1, _2, _n) order by _r._n",
                                    2, false);
const statement bulk_update = said("t.bulk_update",
                                   "update t set w = 1 from unnest($1::bigint[]) with ordinality as "
                                   "_r(_1, _n) where v = _r._1 "
                                   "returning _r._n",
                                   1, false);
const statement bulk_upsert = said("t.bulk_upsert",
                                   "with rows as (insert into t (v) select a from unnest($1::bigint[]) "
                                   "with ordinality as x(a, o) on "
                                   "conflict do nothing returning 1) select count(*) from rows",
                                   1, false);
const statement checked_update = said("t.update",
                                      "with u as (update t set w = 1 where v = $1 returning 1) select "
                                      "1/count(*) from u",
                                      1, false);
// A caller's own texts.
const statement own_insert(
    {.name = {}, .sqlite = {}, .postgres = "insert into own values ($1, $2)", .parameters = 2});
const statement own_select({.name = {}, .sqlite = {}, .postgres = "select * from own", .read_only = true});

// Rows as text, one a line.
struct rows_as_text final : row_sink {
    void begin(std::span<const std::string_view> names) override {
        seen = "columns";
        for (const std::string_view n : names) seen.append(" ").append(n);
    }
    bool row(std::span<const field_view> fields) override {
        seen += '\n';
        for (const field_view& f : fields) {
            seen += std::to_string(static_cast<int>(f.type)) + ' ';
            if (f.type == field_type::text || f.type == field_type::json || f.type == field_type::bytes)
                seen += f.text();
            else if (!f.is_null())
                seen += std::to_string(f.integer);
        }
        return seen.size() < 100000;
    }
    std::string seen;
};

std::string integer(std::int64_t v) {
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        bytes[7 - i] = static_cast<char>(static_cast<std::uint64_t>(v) >> (8 * i));
    return bytes;
}

struct numbers final : row_source {
    numbers(std::int64_t from, bool with_mood) : first(from), moods(with_mood) {}
    [[nodiscard]] std::size_t size() const override { return 3; }
    void encode(std::size_t index, parameters& to) const override {
        to.integer(first + static_cast<std::int64_t>(index));
        if (moods) to.text("ok");
    }
    void encode_key(std::size_t index, parameters& to) const override {
        to.integer(first + static_cast<std::int64_t>(index));
    }
    void assigned(std::size_t index, std::int64_t key) override { keys.at(index) = key; }
    std::int64_t first;
    bool moods;
    std::vector<std::int64_t> keys = std::vector<std::int64_t>(3);
};

std::uint32_t number_at(std::string_view bytes) {
    std::uint32_t n = 0;
    for (const char c : bytes.substr(0, 4)) n = n << 8 | static_cast<unsigned char>(c);
    return n;
}

// Takes a message's body off the bytes; false: it is not all there.
bool take_message(std::string_view& bytes, char& type, std::string_view& body) {
    if (bytes.size() < 5) return false;
    const std::uint32_t length = number_at(bytes.substr(1));
    if (length < 4 || length > bytes.size() - 1) return false;
    type = bytes[0];
    body = bytes.substr(5, length - 4);
    bytes.remove_prefix(length + 1);
    return true;
}

std::string take_text(std::string_view& bytes) {
    const std::string text(bytes.substr(0, bytes.find('\0')));
    bytes.remove_prefix(std::min(text.size() + 1, bytes.size()));
    return text;
}

// What was asked, and what became of it by the server's bytes alone: read by the order that the protocol has
// for both.
class account {
public:
    struct execution {
        std::string text;  // of the statement
        std::string bound; // to it, or copied
        bool done = false;
        bool has_tag = false;
        std::string tag;
    };
    struct unit {
        std::vector<execution> all;
        bool simple = false;
        bool failed = false;
        bool over = false;
        char before = 'I', after = 'I'; // status
    };

    void asked(std::string_view bytes) {
        unasked_ += bytes;
        std::string_view rest = unasked_;
        char type = 0;
        for (std::string_view body; take_message(rest, type, body);) take(type, body);
        unasked_ = std::string(rest);
    }
    void answered(std::string_view bytes) {
        std::size_t now = 0;
        std::size_t at = 0;
        char type = 0;
        char status = 'I';
        for (std::string_view body; now < units.size() && take_message(bytes, type, body);) {
            unit& u = units[now];
            switch (type) {
            case 'E': u.failed = true; break;
            case 'C':
            case 'I':
            case 's':
                if (u.simple || u.failed || at == u.all.size()) break;
                u.all[at].done = true;
                u.all[at].has_tag = type == 'C';
                u.all[at++].tag = body.substr(0, body.find('\0'));
                break;
            case 'Z':
                u.before = status;
                u.after = status = body.empty() ? '?' : body[0];
                u.over = true;
                if (u.simple)
                    for (execution& e : u.all) e.done = true;
                ++now;
                at = 0;
                break;
            default: break;
            }
        }
    }

    std::vector<unit> units;

private:
    unit& last() {
        if (units.empty() || closed_) units.emplace_back();
        closed_ = false;
        return units.back();
    }
    void take(char type, std::string_view body) {
        switch (type) {
        case 'P': {
            const std::string name = take_text(body);
            texts_[name] = take_text(body);
            break;
        }
        case 'B': {
            const std::string portal = take_text(body);
            const std::string name = take_text(body);
            portals_[portal] = {.text = texts_[name], .bound = std::string(body), .tag = {}};
            break;
        }
        case 'E': last().all.push_back(portals_[take_text(body)]); break;
        case 'd':
            if (!last().all.empty()) last().all.back().bound += body;
            break;
        case 'Q':
            last().simple = true;
            last().all.push_back({.text = take_text(body), .bound = {}, .tag = {}});
            closed_ = true;
            break;
        case 'S':
            last();
            closed_ = true;
            break;
        default: break;
        }
    }

    std::string unasked_;
    bool closed_ = false;
    std::map<std::string, std::string> texts_;
    std::map<std::string, execution> portals_;
};

// What shows that a request was executed: a statement with this text that had this number bound to it, in
// whatever form the server wants it.
struct trace {
    trace(std::string_view sql, std::int64_t number = 0) : text(sql), numbered(number != 0) {
        if (!numbered) return;
        forms = {integer(number).substr(4), integer(std::bit_cast<std::int64_t>(static_cast<double>(number))),
                 std::to_string(number)};
        std::string& digits = forms.emplace_back(); // of a numeric
        for (std::int64_t rest = number; rest != 0; rest /= 10'000)
            digits.insert(0, integer(rest % 10'000).substr(6));
    }
    [[nodiscard]] bool is_of(const account::execution& e) const {
        const auto has = [&](const std::string& form) { return e.bound.find(form) != std::string::npos; };
        return e.text.find(text) != std::string::npos &&
               (!numbered || std::any_of(forms.begin(), forms.end(), has));
    }

    std::string text;
    bool numbered;
    std::vector<std::string> forms{};
};

struct asked_job {
    job_ptr job;
    bool inside = false;
    bool reads = false;
    std::vector<trace> traces{};
    bool let_go = false;
};

// What happens while the server's bytes come.
struct happening {
    unsigned what = 0;
    std::size_t where = 0;

    [[nodiscard]] bool lets_go() const noexcept { return (what >> 3 & 3) == 0; }
    [[nodiscard]] bool stops() const noexcept { return (what >> 3 & 3) == 1; }
    [[nodiscard]] bool adds() const noexcept { return (what >> 3 & 3) == 2; }
};

struct conversation {
    postgres::known_types known;
    postgres::pipeline machine{known, 4, 10000};
    const bool lent;
    std::vector<asked_job> jobs;
    std::vector<std::unique_ptr<rows_as_text>> sinks;
    std::vector<std::unique_ptr<numbers>> sources;
    std::shared_ptr<engine::cursor> held = std::make_shared<engine::cursor>();
    std::uint64_t taken = 0;
    account what_was;

    // A value of one job alone, in what is bound.
    [[nodiscard]] std::int64_t value() const {
        return 0x11223300 + static_cast<std::int64_t>(jobs.size()) * 16;
    }

    engine::request& add(asked_job& a, const statement& what, bool with_value) {
        engine::batch& b = a.job->batch;
        engine::request& r = b.requests.emplace_back();
        r.what = &what;
        r.first_parameter = static_cast<std::uint32_t>(b.values.size());
        const std::int64_t v = value() + static_cast<std::int64_t>(b.requests.size());
        a.traces.emplace_back(what.text(dialect::postgres), with_value ? v : 0);
        if (!with_value) return r;
        b.values.integer(v);
        r.parameter_count = 1;
        return r;
    }
    engine::request& reads(engine::request& r) {
        sinks.push_back(std::make_unique<rows_as_text>());
        r.rows = sinks.back().get();
        return r;
    }
    engine::request& bulk(asked_job& a, const statement& what, engine::bulk_verb verb,
                          bool with_mood = false) {
        engine::request& r = add(a, what, false);
        // Each has other forms of its text; and none of its casts.
        a.traces.back() = trace({}, value() + 1);
        sources.push_back(std::make_unique<numbers>(value() + 1, with_mood));
        r.bulk = sources.back().get();
        r.bulk_as = verb;
        return r;
    }

    // A caller's own text, with a value that may stand for a type of the database's own.
    void add_own(asked_job& a) {
        engine::request& r = add(a, own_insert, true);
        a.job->batch.values.text("ok");
        r.parameter_count = 2;
    }

    void make(asked_job& a, unsigned kind) {
        engine::job& j = *a.job;
        switch (kind) {
        case 0: add(a, insert, true).generates_key = true; break;
        case 1: reads(add(a, select_all, false)); break;
        case 2:
            j.batch.mode = batch_mode::independent;
            add(a, insert, true);
            reads(add(a, select_all, false));
            break;
        case 3:
            j.modes.isolation = isolation::serializable;
            add(a, insert, true).when_no_row = errc::not_found;
            break;
        case 4: bulk(a, bulk_insert, engine::bulk_verb::insert).generates_key = true; break;
        case 5:
            reads(add(a, select_all, false)).most_rows = 2;
            j.what = verb::open_cursor;
            j.cursor = held;
            break;
        case 6: bulk(a, copy_rows, engine::bulk_verb::copy); break;
        default:
            j.what = verb::script;
            j.text = "begin";
            a.traces.emplace_back(j.text);
            break;
        }
        a.reads = kind == 1 || kind == 5;
    }

    // The life of one, which the lease has as long as it is not ended.
    void make_of_transaction(asked_job& a, unsigned kind, bool own_text) {
        engine::job& j = *a.job;
        a.inside = kind != 0;
        j.level = 1;
        const auto script = [&](verb what, const char* text) {
            j.what = what;
            a.traces.emplace_back(text);
        };
        switch (kind) {
        case 0:
            j.what = verb::begin;
            a.traces.emplace_back("begin");
            break;
        case 1:
            if (own_text)
                add_own(a);
            else
                script(verb::savepoint, "savepoint s1");
            break;
        case 2: add(a, insert, true).generates_key = true; break;
        case 3: script(verb::rollback_to, "rollback to savepoint s1"); break;
        case 4: script(verb::release, "release savepoint s1"); break;
        case 5:
            add(a, insert, true);
            add(a, insert, true);
            break;
        case 6:
            add(a, insert, true);
            script(verb::commit, "commit");
            break;
        default: script(verb::rollback, "rollback"); break;
        }
    }

    void make_check(asked_job& a, unsigned kind) {
        engine::job& j = *a.job;
        switch (kind) {
        case 0: bulk(a, insert_moods, engine::bulk_verb::insert, true); break;
        case 1: add_own(a); break;
        case 2: {
            engine::request& r = add(a, checked_update, true);
            r.when_no_row = errc::stale_object;
            r.probe = &select_one;
            r.probe_count = 1;
            break;
        }
        case 3: {
            engine::request& r = bulk(a, bulk_update, engine::bulk_verb::update);
            r.when_no_row = errc::stale_object;
            r.probe = &select_one;
            break;
        }
        case 4: bulk(a, bulk_upsert, engine::bulk_verb::upsert); break;
        case 5: bulk(a, copy_rows, engine::bulk_verb::copy, false); break;
        case 6: j.what = verb::forget_statements; break;
        default: j.what = lent ? verb::hand_back : verb::ping; break;
        }
    }

    void make_reading(asked_job& a, unsigned kind) {
        engine::job& j = *a.job;
        a.reads = true;
        j.batch.mode = batch_mode::read;
        switch (kind) {
        case 0: reads(add(a, select_all, false)); break;
        case 1: reads(add(a, select_one, true)); break;
        case 2:
            reads(add(a, select_all, false));
            reads(add(a, select_one, true));
            break;
        case 3:
            j.batch.mode = batch_mode::independent;
            reads(add(a, select_one, true));
            reads(add(a, select_all, false));
            break;
        case 4: j.what = verb::ping; break;
        case 5:
            reads(add(a, select_all, false)).most_rows = 2;
            j.what = verb::open_cursor;
            j.cursor = held;
            break;
        case 6: {
            engine::request& r = reads(j.batch.requests.emplace_back());
            r.most_rows = 2;
            j.what = verb::fetch;
            j.cursor = held;
            break;
        }
        default: reads(add(a, own_select, false)); break;
        }
    }

    conversation(unsigned choice, const std::optional<happening>& meanwhile)
        : lent((choice & 1) != 0 || (choice >> 4 & 3) == transaction) {
        machine.lend(lent);
        machine.group_reads((choice & 64) != 0);
        const unsigned set = choice >> 4 & 3;
        const std::size_t count = set == usual ? 3 : set == transaction ? 7 : 4;
        for (unsigned kind = choice >> 1 & 7, i = 0; i < count; ++i, kind = (kind + 1) % kinds_of_set) {
            asked_job a{.job = engine::job::make()};
            a.job->batch.mode =
                set == usual && (kind == 1 || kind == 5) ? batch_mode::read : batch_mode::atomic;
            switch (set) {
            case usual: make(a, kind); break;
            case transaction: make_of_transaction(a, kind, (choice & 64) != 0); break;
            case checks: make_check(a, kind); break;
            default: make_reading(a, kind); break;
            }
            jobs.push_back(a);
        }
        ask_to(meanwhile && meanwhile->adds() ? 1 : count);
    }

    std::size_t asked = 0;
    void ask_to(std::size_t end) {
        for (; asked < end; ++asked) machine.add(jobs[asked].job, jobs[asked].inside);
    }

    void say() {
        for (int turns = 0; turns < 100; ++turns) {
            const std::size_t n = machine.out().size();
            what_was.asked(machine.out().view());
            machine.took(n);
            taken += n;
            machine.out().clear();
            machine.feed();
            if (machine.out().empty()) return;
        }
    }

    // A caller goes, or a CancelRequest is on its way for a while, or all jobs but the first come only now;
    // and else nothing but what is to be said is.
    void happens(const happening& h, bool begins) {
        asked_job& a = jobs[h.what % 8 % jobs.size()];
        if (h.lets_go() && begins) {
            a.let_go = a.job->abandon() || a.job->finish_queued(nullptr);
            machine.stop(*a.job);
        }
        if (h.stops()) machine.beware(begins);
        ask_to(jobs.size());
        say();
    }

    [[nodiscard]] bool take(pgwire::frames& in, std::string_view bytes, std::size_t piece) {
        while (!bytes.empty()) {
            const auto room = in.room();
            const std::size_t n = std::min({room.size(), bytes.size(), piece});
            std::memcpy(room.data(), bytes.data(), n);
            in.filled(n);
            bytes.remove_prefix(n);
            if (!machine.receive(in)) return false;
        }
        return true;
    }

    // Where more is said, as on a connection once something was received: behind each ReadyForQuery.
    static std::vector<std::size_t> ends_of_units(std::string_view bytes) {
        std::vector<std::size_t> ends;
        std::string_view rest = bytes;
        char type = 0;
        for (std::string_view body; take_message(rest, type, body);)
            if (type == 'Z') ends.push_back(bytes.size() - rest.size());
        return ends;
    }

    // All that its callers see of it.
    std::string hear(std::string_view bytes, std::size_t piece, const std::optional<happening>& meanwhile) {
        constexpr std::size_t lasts = 64;
        pgwire::frames in({.buffer = 64, .message = 4096});
        std::vector<std::size_t> pauses = ends_of_units(bytes);
        const std::size_t begins = meanwhile ? std::min(meanwhile->where, bytes.size()) : 0;
        const std::size_t ends = std::min(begins + lasts, bytes.size());
        if (meanwhile) pauses.insert(pauses.end(), {begins, ends});
        pauses.push_back(bytes.size());
        std::sort(pauses.begin(), pauses.end());
        pauses.erase(std::unique(pauses.begin(), pauses.end()), pauses.end());
        say();
        bool well = true;
        std::size_t heard = 0;
        for (const std::size_t pause : pauses) {
            well = take(in, bytes.substr(heard, pause - heard), piece);
            if (!well) break;
            heard = pause;
            if (meanwhile && pause == begins) happens(*meanwhile, true);
            if (meanwhile && pause == ends) happens(*meanwhile, false);
            say();
        }
        ask_to(jobs.size());
        std::string seen = well ? "well" : machine.why();
        expect(well == machine.why().empty(), "what has ended says why");
        say();
        machine.lose("it broke", taken);
        expect(machine.in_flight() == 0, "nothing is under way on a connection that is lost");
        what_was.answered(bytes);
        const auto& ended = machine.ended();
        for (const asked_job& a : jobs) {
            const auto times = [&](const std::vector<job_ptr>& list) {
                return std::count(list.begin(), list.end(), a.job);
            };
            expect(times(ended.answered) + times(ended.unsent) + times(ended.dropped) == 1,
                   "a job ends once");
            const bool again = times(ended.unsent) != 0;
            if (!a.let_go && times(ended.dropped) == 0) check(a, again);
            seen += again ? "; again" : "; " + told(a.job->failure);
            for (const engine::request& r : a.job->batch.requests)
                seen += ' ' + told(r.failure) + ' ' + std::to_string(r.key) + ' ' +
                        std::to_string(r.rows_affected);
        }
        for (const auto& s : sinks) seen += '\n' + s->seen;
        return seen;
    }

    static const account::execution* execution_in(const account::unit& u, const trace& t) {
        for (const account::execution& e : u.all)
            if (e.done && t.is_of(e)) return &e;
        return nullptr;
    }
    static bool has_committed(const account::unit& u) {
        const account::execution* const e = execution_in(u, {"commit"});
        return u.over && !u.failed && e != nullptr && e->tag != "ROLLBACK";
    }

    // Whether the server has executed all of it in one unit, and told that this is over.
    [[nodiscard]] bool was_done(const std::vector<trace>& all) const {
        for (std::size_t i = 0; i < what_was.units.size(); ++i) {
            const account::unit& u = what_was.units[i];
            if (!u.over || u.failed) continue;
            if (!std::all_of(all.begin(), all.end(),
                             [&](const trace& t) { return execution_in(u, t) != nullptr; }))
                continue;
            if (lent || u.after == 'I') return true;
            // It is kept by a COMMIT only, or nothing is to be kept.
            if (std::any_of(what_was.units.begin() + static_cast<std::ptrdiff_t>(i), what_was.units.end(),
                            has_committed))
                return true;
        }
        return false;
    }
    // And surely kept it: outside of any transaction, or by the COMMIT that is in its unit, or in one behind
    // it.
    [[nodiscard]] bool was_kept(const std::vector<trace>& all) const {
        const auto has_tag = [](const account::execution* e) { return e != nullptr && e->has_tag; };
        const auto is_whole = [](const account::unit& u) { return u.over && !u.failed; };
        for (std::size_t i = 0; i < what_was.units.size(); ++i) {
            const account::unit& first = what_was.units[i];
            if (!is_whole(first) || !std::all_of(all.begin(), all.end(), [&](const trace& t) {
                    return has_tag(execution_in(first, t));
                }))
                continue;
            const bool opens = execution_in(first, {"begin"}) != nullptr;
            if (!opens && first.before == 'I' && first.after == 'I') return true;
            for (std::size_t k = i; k < what_was.units.size() && is_whole(what_was.units[k]); ++k) {
                const account::unit& u = what_was.units[k];
                if (execution_in(u, {"rollback"}) != nullptr) break;
                const account::execution* const end = execution_in(u, {"commit"});
                if (has_tag(end) && end->tag == "COMMIT" && u.after == 'I') return true;
                if (u.after != 'T') break;
            }
        }
        return false;
    }

    void check(const asked_job& a, bool again) const {
        const engine::job& j = *a.job;
        if (j.what == verb::rollback || a.traces.empty()) return; // the connection's end is one too
        const auto& requests = j.batch.requests;
        if (j.batch.mode == batch_mode::independent) {
            for (std::size_t i = 0; i < requests.size() && !again && !j.failure; ++i)
                expect(requests[i].failure || was_done({a.traces[i]}), "what is told done was done");
            return;
        }
        if (!again && !j.failure) {
            expect(was_done(a.traces), "what is told done was done");
            if (j.what == verb::commit)
                expect(std::any_of(what_was.units.begin(), what_was.units.end(), has_committed),
                       "what is told committed was committed");
        }
        if (lent || a.reads || j.what != verb::run || !a.traces.front().numbered) return;
        if (again || (j.failure && !may_have_executed(j.failure)))
            expect(!was_kept(a.traces), "what was kept is neither told undone nor sent again");
    }

    static bool may_have_executed(const std::exception_ptr& failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) { return e.info().may_have_executed; }
    }

    static std::string told(const std::exception_ptr& failure) {
        if (!failure) return "done";
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) { return e.message(); }
    }
};

} // namespace

void fuzz::run(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto choice = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    std::optional<happening> meanwhile;
    if ((choice & 128) != 0) {
        if (bytes.size() < 2) return;
        meanwhile = {.what = static_cast<unsigned char>(bytes[0]),
                     .where = std::size_t{2} * static_cast<unsigned char>(bytes[1])};
        bytes.remove_prefix(2);
    }
    conversation at_once(choice, meanwhile);
    conversation in_pieces(choice, meanwhile);
    const std::string whole = at_once.hear(bytes, bytes.size(), meanwhile);
    expect(whole == in_pieces.hear(bytes, 1, meanwhile), "pieces make no difference");
}
