// Jobs on their way, and any bytes of a server's: they are answered alike in pieces of any size, and each job ends
// once. The first byte chooses the jobs.
#include "target.hpp"
#include <algorithm>
#include <cstring>
#include <hawser/core/error.hpp>
#include <hawser/core/row.hpp>
#include <hawser/engine/job.hpp>
#include <memory>
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
const statement bulk_insert = said(
    "t.bulk", "insert into t (v) select a from unnest($1::bigint[]) with ordinality as x(a, o) returning id",
    1, false);
const statement copy_rows = said("t.copy_in", "copy \"t\" (\"v\") from stdin (format binary)", 1, false);

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

struct numbers final : row_source {
    [[nodiscard]] std::size_t size() const override { return 3; }
    void encode(std::size_t index, parameters& to) const override {
        to.integer(static_cast<std::int64_t>(index));
    }
    void assigned(std::size_t index, std::int64_t key) override { keys.at(index) = key; }
    std::vector<std::int64_t> keys = std::vector<std::int64_t>(3);
};

struct conversation {
    postgres::known_types known;
    postgres::pipeline machine{known, 4, 10000};
    std::vector<job_ptr> jobs;
    std::vector<std::unique_ptr<rows_as_text>> sinks;
    std::vector<std::unique_ptr<numbers>> sources;
    std::shared_ptr<engine::cursor> held = std::make_shared<engine::cursor>();
    std::uint64_t taken = 0;

    engine::request& add(const job_ptr& j, const statement& what, bool with_value) {
        engine::request& r = j->batch.requests.emplace_back();
        r.what = &what;
        r.first_parameter = static_cast<std::uint32_t>(j->batch.values.size());
        if (!with_value) return r;
        j->batch.values.integer(7);
        r.parameter_count = 1;
        return r;
    }
    void reads(engine::request& r) {
        sinks.push_back(std::make_unique<rows_as_text>());
        r.rows = sinks.back().get();
    }
    void bulk(engine::request& r) {
        sources.push_back(std::make_unique<numbers>());
        r.bulk = sources.back().get();
    }
    void ask(const job_ptr& j) {
        jobs.push_back(j);
        machine.add(j);
    }

    explicit conversation(unsigned choice) {
        machine.lend((choice & 1) != 0);
        for (unsigned kind = choice >> 1 & 7, i = 0; i < 3; ++i, kind = (kind + 1) % 8) {
            const job_ptr j = engine::job::make();
            j->batch.mode = kind == 1 || kind == 5 ? batch_mode::read : batch_mode::atomic;
            switch (kind) {
            case 0: add(j, insert, true).generates_key = true; break;
            case 1: reads(add(j, select_all, false)); break;
            case 2:
                j->batch.mode = batch_mode::independent;
                add(j, insert, true);
                reads(add(j, select_all, false));
                break;
            case 3:
                j->modes.isolation = isolation::serializable;
                add(j, insert, true).when_no_row = errc::not_found;
                break;
            case 4: {
                engine::request& r = add(j, bulk_insert, false);
                bulk(r);
                r.generates_key = true;
                break;
            }
            case 5: {
                engine::request& r = add(j, select_all, false);
                reads(r);
                r.most_rows = 2;
                j->what = verb::open_cursor;
                j->cursor = held;
                break;
            }
            case 6: {
                engine::request& r = add(j, copy_rows, false);
                bulk(r);
                r.bulk_as = engine::bulk_verb::copy;
                break;
            }
            default:
                j->what = verb::script;
                j->text = "begin";
                break;
            }
            ask(j);
        }
    }

    void say() {
        for (int turns = 0; turns < 100; ++turns) {
            const std::size_t n = machine.out().size();
            machine.took(n);
            taken += n;
            machine.out().clear();
            machine.feed();
            if (machine.out().empty()) return;
        }
    }

    // All that its callers see of it.
    std::string hear(std::string_view bytes, std::size_t piece) {
        pgwire::frames in({.buffer = 64, .message = 4096});
        bool well = true;
        say();
        while (well && !bytes.empty()) {
            const auto room = in.room();
            const std::size_t n = std::min({room.size(), bytes.size(), piece});
            std::memcpy(room.data(), bytes.data(), n);
            in.filled(n);
            bytes.remove_prefix(n);
            well = machine.receive(in);
        }
        std::string seen = well ? "well" : machine.why();
        expect(well == machine.why().empty(), "what has ended says why");
        say();
        machine.lose("it broke", taken);
        expect(machine.in_flight() == 0, "nothing is under way on a connection that is lost");
        const auto& ended = machine.ended();
        for (const job_ptr& j : jobs) {
            const auto times = [&](const std::vector<job_ptr>& list) {
                return std::count(list.begin(), list.end(), j);
            };
            expect(times(ended.answered) + times(ended.unsent) + times(ended.dropped) == 1,
                   "a job ends once");
            seen += times(ended.unsent) != 0 ? "; again" : "; " + told(j->failure);
            for (const engine::request& r : j->batch.requests)
                seen += ' ' + told(r.failure) + ' ' + std::to_string(r.key) + ' ' +
                        std::to_string(r.rows_affected);
        }
        for (const auto& s : sinks) seen += '\n' + s->seen;
        return seen;
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
    conversation at_once(choice);
    conversation in_pieces(choice);
    const std::string whole = at_once.hear(bytes, bytes.size());
    expect(whole == in_pieces.hear(bytes, 1), "pieces make no difference");
}
