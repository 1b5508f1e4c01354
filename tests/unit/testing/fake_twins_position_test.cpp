// Timestamps, a version, a generated key, one unique, a check and rules.
#include "twins.hpp"
#include "unit/db/market.hpp"

namespace {

using market::position;
using twins::below;
using twins::col;
using twins::number;
using twins::task;
using twins::text;

using quantity = hawser::decimal<18, 8>;

struct sample {
    static position row(std::mt19937& random) {
        position p;
        p.symbol = std::array{"BTC", "ETH", "XRP", "SOL", "ADA", "DOT", ""}[below(random, 7)];
        if (below(random, 2) == 0) p.symbol += std::to_string(below(random, 4));
        change(p, random);
        return p;
    }
    static void change(position& p, std::mt19937& random) {
        p.quantity = below(random, 12) == 0 ? quantity(-2'000'000) : quantity(number(random, -9, 9));
        p.low = quantity::from_scaled(number(random, -300, 300) * 1'000'000);
        p.note.reset();
        if (below(random, 2) == 0) p.note = std::array{"x", "y", "Zeta"}[below(random, 3)];
    }
};

class walk : public twins::walk<position, sample> {
public:
    using twins::walk<position, sample>::walk;

private:
    task<void> own() override {
        const quantity q(number(random, -5, 5));
        const std::int64_t id = number(random, 1, 12);
        switch (below(random, 9)) {
        case 0: {
            const auto step = [&](const auto& to) -> task<std::string> {
                co_return text(co_await to.where(col<&position::quantity> > q || col<&position::note> == "x")
                                   .order_by(hawser::desc<&position::note>, hawser::asc<&position::low>,
                                             hawser::asc<&position::id>)
                                   .limit(id)
                                   .offset(1)
                                   .all());
            };
            co_return co_await rows.both("where, order_by, limit, offset", step);
        }
        case 1: {
            const auto step = [&](const auto& to) -> task<std::string> {
                std::string seen;
                auto page = co_await to.order_by(hawser::desc<&position::note>, hawser::asc<&position::id>)
                                .limit(2)
                                .all();
                while (!page.empty()) {
                    seen += text(page);
                    page = co_await to.order_by(hawser::desc<&position::note>, hawser::asc<&position::id>)
                               .after(page.back())
                               .limit(2)
                               .all();
                }
                co_return seen;
            };
            co_return co_await rows.both("pages", step);
        }
        case 2: {
            const bool asked = below(random, 2) == 0;
            const auto step = [&](const auto& to) -> task<std::string> {
                const auto some = to.where(hawser::when(asked, col<&position::quantity> >= q) &&
                                           !(col<&position::symbol>.like("%T_")) &&
                                           col<&position::note>.is_distinct_from("y"));
                const auto sum = co_await some.template sum<&position::low>();
                const auto mean = co_await some.template avg<&position::low>();
                const auto least = co_await some.template min<&position::symbol>();
                const auto most = co_await some.template max<&position::note>();
                const auto notes = co_await some.distinct()
                                       .order_by(hawser::asc<&position::note>)
                                       .template pluck<&position::note>();
                co_return text(sum) + text(mean) + text(least) + text(most) + text(notes) +
                    text(co_await some.count());
            };
            co_return co_await rows.both("totals", step);
        }
        case 3: {
            const auto step = [&](const auto& to) -> task<std::string> {
                const bool done =
                    co_await to.update(id, hawser::set<&position::quantity>(col<&position::quantity> + q),
                                       hawser::set<&position::low>(hawser::least(col<&position::low>, q)));
                co_return text(done);
            };
            co_return co_await rows.both("patch", step);
        }
        case 4: {
            // Moves symbols about: one of several may be in the way.
            const auto step = [&](const auto& to) -> task<std::string> {
                co_return text(
                    co_await to.where(col<&position::quantity> == q)
                        .returning()
                        .update(hawser::set<&position::symbol>("SOL"),
                                hawser::set<&position::quantity>(col<&position::quantity> - 999'999)));
            };
            co_return co_await rows.both("update where", step);
        }
        case 5: {
            const auto step = [&](const auto& to) -> task<std::string> {
                co_return text(co_await to.where(col<&position::low>.between(q, q + quantity(1))).erase());
            };
            co_await rows.both("erase where", step);
            co_return co_await rows.compare();
        }
        case 6: {
            const position given = sample::row(random);
            const auto step = [&](const auto& to) -> task<std::string> {
                position row = given;
                co_await to.upsert(row);
                co_return text(row);
            };
            co_await rows.both("upsert " + text(given), step);
            co_return co_await rows.compare();
        }
        case 7: {
            const position given = sample::row(random);
            const auto kind = below(random, 3);
            const auto step = [&](const auto& to) -> task<std::string> {
                using hawser::excluded;
                position row = given;
                bool stored = false;
                if (kind == 0)
                    stored = co_await to.upsert(row, hawser::on_conflict<&position::symbol>.ignore());
                else if (kind == 1)
                    stored = co_await to.upsert(row, hawser::on_conflict<&position::symbol>.update_all());
                else
                    stored = co_await to.upsert(
                        row, hawser::on_conflict<&position::symbol>.update(
                                 hawser::set<&position::quantity>(col<&position::quantity> +
                                                                  excluded<&position::quantity>),
                                 hawser::set<&position::note>(excluded<&position::note>)));
                co_return text(stored) + text(row);
            };
            co_return co_await rows.both("upsert on conflict " + text(given), step);
        }
        default: {
            const auto given = several(6, below(random, 2) == 0);
            const auto how = options();
            const bool upserts = below(random, 2) == 0;
            const auto step = [&](const auto& to) -> task<std::string> {
                if (upserts) co_return text(co_await to.bulk_upsert(given, how));
                auto changed = given;
                const auto missed =
                    co_await to.template bulk_update<&position::low, &position::note>(changed, how);
                co_return text(missed) + text(changed);
            };
            co_await rows.both("bulk upsert or some members " + text(given), step);
            co_return co_await rows.compare();
        }
        }
    }
};

} // namespace

TEST_CASE("a fake of a versioned entity does what SQLite does, in any order of calls", "[testing][fake]") {
    twins::take_walks<walk, position>(8, 250);
}
