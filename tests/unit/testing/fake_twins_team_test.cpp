// All mixins at once: dated, counted, signed, and never really gone.
#include "twins.hpp"
#include "unit/mapping/quantum_schema.hpp"

namespace {

using quantum::team;
using twins::below;
using twins::col;
using twins::number;
using twins::task;
using twins::text;

struct sample {
    static team row(std::mt19937& random) {
        team t;
        change(t, random);
        return t;
    }
    static void change(team& t, std::mt19937& random) { t.name = "t" + std::to_string(below(random, 12)); }
};

class walk : public twins::walk<team, sample> {
public:
private:
    task<void> own() override {
        const std::int64_t id = number(random, 1, 10);
        const team given = sample::row(random);
        switch (below(random, 6)) {
        case 0: {
            const auto step = [&](const auto& to) -> task<std::string> {
                const bool done = co_await to.update(id, hawser::set<&team::name>(given.name));
                co_return text(done) +
                    text(co_await to.update(id, hawser::set<&team::parent_id>(std::nullopt)));
            };
            co_return co_await rows.both("patch", step);
        }
        case 1: {
            const auto step = [&](const auto& to) -> task<std::string> {
                co_return text(co_await to.where(col<&team::id> > id && col<&team::id> < id + 3).erase());
            };
            co_await rows.both("erase where", step);
            co_return co_await rows.compare();
        }
        case 2: {
            const auto step = [&](const auto& to) -> task<std::string> {
                const auto gone = co_await to.with_deleted().where(col<&team::id> == id).purge();
                const auto rest = co_await to.where(col<&team::name>.in("t1", "t2")).returning().erase();
                co_return text(gone) + text(rest);
            };
            co_await rows.both("purge where, erase returning", step);
            co_return co_await rows.compare();
        }
        case 3: {
            const auto step = [&](const auto& to) -> task<std::string> {
                team row = given;
                co_await to.upsert(row);
                const bool stored = co_await to.upsert(row, hawser::on_conflict<&team::name>.update_all());
                co_return text(stored) + text(row);
            };
            co_await rows.both("upsert " + text(given), step);
            co_return co_await rows.compare();
        }
        case 4: {
            const auto many = several(5, below(random, 2) == 0);
            const auto how = options();
            const bool upserts = below(random, 2) == 0;
            const auto step = [&](const auto& to) -> task<std::string> {
                if (upserts) co_return text(co_await to.bulk_upsert(many, how));
                auto changed = many;
                const auto missed = co_await to.template bulk_update<&team::name>(changed, how);
                co_return text(missed) + text(changed);
            };
            co_await rows.both("bulk " + text(many), step);
            co_return co_await rows.compare();
        }
        default: {
            // By another author.
            const auto step = [&](const auto& to) -> task<std::string> {
                team row = given;
                co_await to.insert(row);
                co_return text(row);
            };
            const auto real = rows.real;
            const auto fake = rows.fake;
            rows.fake = rows.fake.with({.actor = "otto", .reason = "because"});
            rows.real = other();
            co_await rows.both("insert as otto " + text(given), step);
            rows.real = real;
            rows.fake = fake;
        }
        }
    }

    [[nodiscard]] hawser::repository<team> other() const {
        return hawser::repository<team>{db_.with({.actor = "otto", .reason = "because"})};
    }
    hawser::database db_;

public:
    walk(const hawser::database& db, hawser::testing::fixed_clock& clock, unsigned seed)
        : twins::walk<team, sample>(db, clock, seed), db_(db) {}
};

} // namespace

TEST_CASE("a fake of an audited entity does what SQLite does, in any order of calls", "[testing][fake]") {
    twins::take_walks<walk, team>(8, 250);
}
