#include "aggregates.hpp"
#include <cmath>
#include <hawser/trading/desk.hpp>

namespace day {
namespace {

struct model_sums {
    std::string model;
    std::int64_t rows{}, settled{}, high{}, low{};
};
BOOST_DESCRIBE_STRUCT(model_sums, (), (model, rows, settled, high, low))

// Squares of errors from 0 to 1, added up as whole numbers: 26 binary digits of each, and the 27 behind them. A sum of
// doubles would be as the order in which an engine adds them.
constexpr hawser::literal sqlite_scores =
    "select model, count(*) as rows, count(square) as settled,"
    " coalesce(sum(cast(square as integer)), 0) as high,"
    " coalesce(sum(cast((square - cast(square as integer)) * 134217728 as integer)), 0) as low"
    " from (select model, (prediction - outcome) * (prediction - outcome) * 67108864 as square"
    " from ml_predictions) group by model order by model";

constexpr hawser::literal postgres_scores =
    "select model, count(*) as rows, count(square) as settled,"
    " coalesce(sum(trunc(square)::bigint), 0)::bigint as high,"
    " coalesce(sum(trunc((square - trunc(square)) * 134217728)::bigint), 0)::bigint as low"
    " from (select model, (prediction - outcome) * (prediction - outcome) * 67108864 as square"
    " from ml_predictions) s group by model order by model collate \"C\"";

constexpr hawser::literal sqlite_sums =
    "select symbol, count(*) as trades, dec_text(dec_sum(quantity), 8) as quantity,"
    " dec_text(dec_mul(dec_sum(dec_mul(price, quantity, 0)), 1, 8), 8) as notional,"
    " dec_text(min(price), 8) as low, dec_text(max(price), 8) as high"
    " from trades group by symbol order by symbol";

constexpr hawser::literal postgres_sums =
    "select symbol, count(*) as trades, sum(quantity)::text as quantity,"
    " sum(price * quantity)::numeric(38, 8)::text as notional,"
    " min(price)::text as low, max(price)::text as high"
    " from trades group by symbol order by symbol collate \"C\"";

// Symbols whose position is not the sum of its trades.
constexpr hawser::literal sqlite_differences =
    "select p.symbol from positions p left join ("
    "  select position_id, dec_sum(signed) as quantity, dec_sum(dec_mul(price, signed, 0)) as notional,"
    "  min(price) as low, max(price) as high from ("
    "    select position_id, price, case side when 'BUY' then quantity else -quantity end as signed from "
    "trades)"
    "  group by position_id) t on t.position_id = p.id"
    " where p.quantity is not coalesce(t.quantity, 0)"
    " or p.notional is not dec_wide(coalesce(t.notional, 0))"
    " or p.low is not t.low or p.high is not t.high order by p.symbol";

constexpr hawser::literal postgres_differences =
    "select p.symbol from positions p left join ("
    "  select position_id, sum(signed) as quantity, sum(price * signed) as notional,"
    "  min(price) as low, max(price) as high from ("
    "    select position_id, price, case side when 'BUY' then quantity else -quantity end as signed from "
    "trades) s"
    "  group by position_id) t on t.position_id = p.id"
    " where p.quantity is distinct from coalesce(t.quantity, 0)"
    " or p.notional is distinct from coalesce(t.notional, 0)"
    " or p.low is distinct from t.low or p.high is distinct from t.high order by p.symbol collate \"C\"";

constexpr hawser::literal unmatched =
    "select count(*) from (select order_id from orders where order_id not in (select order_id from trades)"
    " union all select order_id from trades where order_id not in (select order_id from orders)) u";

bool is_sqlite(const hawser::database& db) {
    return db.describe().dialect == hawser::dialect::sqlite;
}

hawser::task<std::vector<model_sums>> sums_by_model(const hawser::database& db) {
    return is_sqlite(db) ? db.query<model_sums, sqlite_scores>() : db.query<model_sums, postgres_scores>();
}

void append(std::string& problems, const std::string& problem) {
    if (!problems.empty()) problems += "; ";
    problems += problem;
}

hawser::task<std::string> file_problems(hawser::database db) {
    std::string problems;
    if (!is_sqlite(db)) co_return problems;
    const auto lines = co_await db.query<std::string, "pragma integrity_check(10)">();
    if (lines.size() == 1 && lines.front() == "ok") co_return problems;
    for (const std::string& line : lines) append(problems, line);
    co_return problems;
}

} // namespace

hawser::task<std::vector<hawser::trading::model_score>> scores_by_model(hawser::database db) {
    const auto sums = co_await sums_by_model(db);
    std::vector<hawser::trading::model_score> scores;
    for (const model_sums& s : sums) {
        hawser::trading::model_score one{s.model, s.rows, s.settled, std::nullopt};
        const double sum =
            std::ldexp(static_cast<double>(s.high), -26) + std::ldexp(static_cast<double>(s.low), -53);
        if (s.settled > 0) one.brier = sum / static_cast<double>(s.settled);
        scores.push_back(one);
    }
    co_return scores;
}

hawser::task<std::vector<symbol_sums>> sums_by_symbol(hawser::database db) {
    return is_sqlite(db) ? db.query<symbol_sums, sqlite_sums>() : db.query<symbol_sums, postgres_sums>();
}

hawser::task<bool> holds_a_day(hawser::database db) {
    const hawser::trading::desk desk(db);
    co_return co_await desk.orders.exists() || co_await desk.trades.exists() ||
        co_await desk.positions.exists() || co_await desk.predictions.exists();
}

hawser::task<std::string> integrity_of(hawser::database db) {
    std::string problems = co_await file_problems(db);
    const auto strangers = co_await db.query_one<std::int64_t, unmatched>();
    if (strangers > 0) append(problems, std::to_string(strangers) + " orders and trades without each other");
    const auto differing = is_sqlite(db) ? co_await db.query<std::string, sqlite_differences>()
                                         : co_await db.query<std::string, postgres_differences>();
    for (const std::string& symbol : differing)
        append(problems, "the position of " + symbol + " differs from its trades");
    co_return problems.empty() ? "ok" : problems;
}

} // namespace day
