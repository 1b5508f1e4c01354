// A key of two members, timestamps, a rule, json; and a table of soft-deletable rows without more.
#include "twins.hpp"
#include "unit/db/market.hpp"
#include "unit/mapping/quantum_schema.hpp"

namespace {

using market::prediction;
using quantum::badge;
using twins::below;
using twins::col;
using twins::number;
using twins::task;
using twins::text;

struct predictions {
    static prediction row(std::mt19937& random) {
        prediction p;
        p.model = std::array{"m1", "m2", ""}[below(random, 3)];
        p.symbol = std::array{"BTC", "ETH", "XRP", "SOL"}[below(random, 4)];
        change(p, random);
        return p;
    }
    static void change(prediction& p, std::mt19937& random) {
        p.score = number(random, 0, 11) / 10.0;
        p.features = hawser::json_text(R"({"n":)" + std::to_string(below(random, 9)) + "}");
    }
};

class prediction_walk : public twins::walk<prediction, predictions> {
public:
    using twins::walk<prediction, predictions>::walk;

private:
    task<void> own() override {
        const prediction given = predictions::row(random);
        const double score = number(random, 0, 10) / 10.0;
        switch (below(random, 5)) {
        case 0: {
            const auto step = [&](const auto& to) -> task<std::string> {
                prediction row = given;
                co_await to.upsert(row);
                co_return text(row);
            };
            co_await rows.both("upsert " + text(given), step);
            co_return co_await rows.compare();
        }
        case 1: {
            const auto step = [&](const auto& to) -> task<std::string> {
                const auto after =
                    co_await to.where(col<&prediction::score> >= score)
                        .order_by(hawser::desc<&prediction::model>, hawser::asc<&prediction::symbol>)
                        .after(given)
                        .all();
                const auto models = co_await to.distinct()
                                        .order_by(hawser::desc<&prediction::model>)
                                        .template pluck<&prediction::model>();
                co_return text(after) + text(models) + text(co_await to.template sum<&prediction::score>());
            };
            co_return co_await rows.both("after, distinct", step);
        }
        case 2: {
            // Moves keys about.
            const auto step = [&](const auto& to) -> task<std::string> {
                co_return text(co_await to.where(col<&prediction::score> == score)
                                   .update(hawser::set<&prediction::symbol>("SOL"),
                                           hawser::set<&prediction::score>(col<&prediction::score> / 2)));
            };
            co_await rows.both("move keys", step);
            co_return co_await rows.compare();
        }
        case 3: {
            const auto step = [&](const auto& to) -> task<std::string> {
                prediction row = given;
                const bool stored = co_await to.upsert(
                    row,
                    hawser::on_conflict<&prediction::symbol, &prediction::model>.update(
                        hawser::set<&prediction::score>(
                            hawser::greatest(col<&prediction::score>, hawser::excluded<&prediction::score>) +
                            0.5)));
                co_return text(stored) + text(row);
            };
            co_return co_await rows.both("upsert on conflict " + text(given), step);
        }
        default: {
            const auto many = several(6, below(random, 2) == 0);
            const auto how = options();
            const auto step = [&](const auto& to) -> task<std::string> {
                co_return text(co_await to.bulk_upsert(many, how));
            };
            co_await rows.both("bulk_upsert " + text(many), step);
            co_return co_await rows.compare();
        }
        }
    }
};

struct badges {
    static badge row(std::mt19937& random) {
        badge b;
        b.code = std::string(1, static_cast<char>('a' + below(random, 6)));
        change(b, random);
        return b;
    }
    static void change(badge& b, std::mt19937& random) { b.text = std::to_string(below(random, 5)); }
};

class badge_walk : public twins::walk<badge, badges> {
public:
    using twins::walk<badge, badges>::walk;

private:
    task<void> own() override {
        const badge given = badges::row(random);
        const auto kind = below(random, 4);
        const auto step = [&](const auto& to) -> task<std::string> {
            badge row = given;
            std::string seen;
            if (kind == 0)
                co_await to.upsert(row);
            else if (kind == 1)
                seen = text(co_await to.upsert(row, hawser::on_conflict<&badge::code>.ignore()));
            else if (kind == 2)
                seen = text(co_await to.where(col<&badge::text> == given.text).returning().erase());
            else
                seen = text(co_await to.with_deleted().where(col<&badge::text> > given.text).erase());
            co_return seen + text(row);
        };
        co_await rows.both("upsert, erase where " + text(given), step);
        co_await rows.compare();
    }
};

} // namespace

TEST_CASE("a fake of a composite key does what SQLite does, in any order of calls", "[testing][fake]") {
    twins::take_walks<prediction_walk, prediction>(8, 250);
}

TEST_CASE("a fake of soft-deletable rows does what SQLite does, in any order of calls", "[testing][fake]") {
    twins::take_walks<badge_walk, badge>(6, 200);
}
