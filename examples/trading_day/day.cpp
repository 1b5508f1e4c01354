#include "day.hpp"
#include "aggregates.hpp"
#include "feeds.hpp"
#include "input_error.hpp"
#include "report.hpp"
#include "stop.hpp"
#include "strategies.hpp"
#include "texts.hpp"
#include <exception>
#include <filesystem>
#include <hawser/core/error.hpp>
#include <hawser/db/config.hpp>
#include <hawser/db/database.hpp>
#include <hawser/db/run.hpp>
#include <hawser/trading/desk.hpp>
#include <ostream>

namespace day {
namespace {

enum exit_code { succeeded = 0, failed = 1, wrong_input = 2, interrupted = 130 };

// The first of trading_day.db, trading_day-2.db, .. that is not there yet.
std::string fresh_file() {
    for (unsigned n = 1;; ++n) {
        const std::string name = n == 1 ? "trading_day.db" : "trading_day-" + std::to_string(n) + ".db";
        if (!std::filesystem::exists(name)) return name;
    }
}

class stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
    }

private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

// A day in an open database whose tables are there and empty.
class trading_day {
public:
    trading_day(const options& o, const voices& v, hawser::database db)
        : options_(o),
          notes_{o.json ? v.err : v.out, v.terminal},
          db_(db.with({.timeout = std::chrono::milliseconds(0)})),
          desk_(db),
          acknowledge_(o.acknowledge) {}

    report run() {
        read_feeds();
        report r;
        log_predictions(r);
        trade(r);
        throw_if_stopped();
        summarise(r);
        return r;
    }

private:
    std::ostream& note() const { return *notes_.to; }

    // Both files are read through before anything is stored.
    void read_feeds() {
        if (!options_.predictions && !options_.trades)
            note() << "no files given: a feed of our own, seed " << options_.seed << ", "
                   << grouped(options_.own_predictions) << " predictions and " << grouped(options_.own_ticks)
                   << " ticks" << std::endl;
        if (const auto all = predictions_of(options_)) {
            predictions_ = look_through(*all);
            note_read(options_.predictions, predictions_);
        }
        if (const auto all = ticks_of(options_)) {
            ticks_ = look_through(*all);
            note_read(options_.trades, ticks_);
        }
    }
    void note_read(const std::optional<std::string>& file, const feed_facts& facts) const {
        if (file) note() << *file << ": " << grouped(facts.rows) << " rows, all well formed" << std::endl;
    }

    void log_predictions(report& r) {
        const auto all = predictions_of(options_);
        if (!all) return;
        progress shown(notes_, "predictions", predictions_.rows);
        auto seen = [&] {
            shown.add();
            throw_if_stopped();
        };
        feed_range range(*all, seen);
        const stopwatch watch;
        r.predictions = static_cast<std::uint64_t>(hawser::run(desk_.predictions.log_predictions(range)));
        r.predictions_seconds = watch.seconds();
        acknowledge_.predictions(r.predictions);
    }

    void trade(report& r) {
        const auto all = ticks_of(options_);
        if (!all) return;
        const position_keys keys = hawser::run(open_positions(desk_, ticks_.symbols));
        latencies units;
        {
            progress shown(notes_, "ticks", ticks_.rows);
            market m{desk_, *all, keys, acknowledge_, units, shown};
            const stopwatch watch;
            r.trades = trade_all(m, options_);
            r.trades_seconds = watch.seconds();
        }
        if (stop_requested())
            note() << "stopped after " << grouped(r.trades) << " units; each of them is stored" << std::endl;
        r.unit_p50 = units.quantile(0.5);
        r.unit_p99 = units.quantile(0.99);
    }

    void summarise(report& r) {
        note() << "summing up and checking" << std::endl;
        r.by_model = hawser::run(scores_by_model(db_));
        r.by_symbol = hawser::run(sums_by_symbol(db_));
        r.integrity = hawser::run(integrity_of(db_));
        compare_counts(r);
    }

    // What was acknowledged and what the database holds are the same numbers.
    static void compare_counts(report& r) {
        std::uint64_t predictions = 0, trades = 0;
        for (const auto& m : r.by_model) predictions += static_cast<std::uint64_t>(m.rows);
        for (const auto& s : r.by_symbol) trades += static_cast<std::uint64_t>(s.trades);
        if (predictions == r.predictions && trades == r.trades) return;
        const std::string problem = "acknowledged " + grouped(r.predictions) + " predictions and " +
                                    grouped(r.trades) + " trades, stored are " + grouped(predictions) +
                                    " and " + grouped(trades);
        r.integrity = r.integrity == "ok" ? problem : r.integrity + "; " + problem;
    }

    const options& options_;
    display notes_;
    hawser::database db_; // without a time limit
    hawser::trading::desk desk_;
    acknowledgements acknowledge_;
    feed_facts predictions_;
    feed_facts ticks_;
};

hawser::config config_of(const std::string& url) {
    try {
        return hawser::config(url);
    } catch (const hawser::error& e) { throw input_error("--url: " + e.message()); }
}

// As it may be shown: a URL may hold a password.
std::string shown(const hawser::config& where) {
    const bool file = where.url().backend == hawser::backend::sqlite;
    return file ? where.url().path : to_string(where.url());
}

report run_in(const hawser::database& db, const std::string& place, const options& o, const voices& v) {
    hawser::run(hawser::trading::create_tables(db));
    if (hawser::run(holds_a_day(db)))
        throw input_error(place +
                          " holds a day already, and the figures of two would mix; give another --url");
    return trading_day(o, v, db).run();
}

report run_and_close(const options& o, const voices& v) {
    const hawser::config where = config_of(o.url ? *o.url : fresh_file());
    const std::string place = shown(where);
    const hawser::database db = hawser::run(hawser::open(where));
    *(o.json ? v.err : v.out) << "a trading day in " << place << std::endl;
    report r;
    std::exception_ptr failure;
    try {
        r = run_in(db, place, o, v);
    } catch (...) { failure = std::current_exception(); }
    hawser::run(db.close());
    if (failure) std::rethrow_exception(failure);
    return r;
}

} // namespace

int run_day(const options& o, const voices& v) {
    const auto fail = [&](exit_code code, const std::string& why) {
        *v.err << "trading_day: " << why << std::endl;
        return static_cast<int>(code);
    };
    try {
        const report r = run_and_close(o, v);
        if (o.json)
            print_json(r, *v.out);
        else
            print_table(r, *v.out);
        if (r.integrity != "ok") return fail(failed, "integrity: " + r.integrity);
        return succeeded;
    } catch (const input_error& e) { return fail(wrong_input, e.what()); } catch (const hawser::error& e) {
        return fail(failed, std::string(e.id()) + ": " + e.what());
    } catch (const std::exception& e) { return fail(failed, e.what()); } catch (const stopped&) {
        return fail(interrupted, "stopped; what was not acknowledged is not stored");
    }
}

} // namespace day
