#include "feeds.hpp"
#include "own_feeds.hpp"
#include "prediction_file.hpp"
#include "stop.hpp"
#include "tick_file.hpp"

namespace day {
namespace {

template <class T, class Note>
feed_facts look_through_all(feed<T>& all, Note note) {
    feed_facts facts;
    for (T row; all.next(row); ++facts.rows) {
        note(facts, row);
        if (facts.rows % 4096 == 0) throw_if_stopped();
    }
    return facts;
}

} // namespace

std::unique_ptr<feed<hawser::trading::ml_prediction>> predictions_of(const options& o) {
    if (o.predictions) return std::make_unique<prediction_file>(*o.predictions);
    if (o.trades) return nullptr;
    return std::make_unique<own_predictions>(o.seed, o.own_predictions);
}

std::unique_ptr<feed<tick>> ticks_of(const options& o) {
    if (o.trades) return std::make_unique<tick_file>(*o.trades);
    if (o.predictions) return nullptr;
    return std::make_unique<own_ticks>(o.seed, o.own_ticks);
}

feed_facts look_through(feed<hawser::trading::ml_prediction>& all) {
    return look_through_all(all, [](feed_facts&, const hawser::trading::ml_prediction&) {});
}

feed_facts look_through(feed<tick>& all) {
    return look_through_all(all, [](feed_facts& facts, const tick& t) {
        if (!facts.symbols.contains(t.symbol)) facts.symbols.insert(t.symbol);
    });
}

} // namespace day
