// Several ways to be in each other's way: a key that is SQLite's rowid, uniques, unique indexes with and without a
// condition, NULLs, NaN, checks over several members.
#include "twins.hpp"
#include <limits>

namespace slots {

using hawser::col;

enum class kind { wide, narrow };
BOOST_DESCRIBE_ENUM(kind, wide, narrow)
consteval auto hawser_words(hawser::of<kind>) {
    return hawser::stored_as<kind>("W", "N"); // orders the other way round
}

struct slot {
    std::int32_t number{};
    hawser::uuid id{};
    std::string hall{};
    std::int16_t row{};
    std::optional<std::string> holder{};
    slots::kind kind{};
    double width{};
    std::optional<float> height{};
    bool open{};
    hawser::decimal<38, 4> worth{};
    std::chrono::sys_days since{};
};
BOOST_DESCRIBE_STRUCT(slot, (), (number, id, hall, row, holder, kind, width, height, open, worth, since))
consteval auto hawser_table(hawser::of<slot>) {
    using namespace hawser;
    return table<slot>(
        "slots", primary_key<&slot::number>, unique<&slot::id>,
        unique<&slot::hall, &slot::row>.named("slots_place_uq"), hawser::index<&slot::holder>.unique(),
        hawser::index<&slot::hall>.unique().where(col<&slot::open> == true).named("slots_one_open_uq"),
        check("slots_row_small", col<&slot::row> < 40),
        check("slots_high_held", col<&slot::height>.is_null() || !(col<&slot::open> == true) ||
                                     col<&slot::holder>.is_not_null()),
        rename<&slot::row>("row_number"), validate<&slot::hall>(not_empty, max_length(3)),
        validate_row("held_open", "is open and held",
                     [](const slot& s) { return !(s.open && s.holder == "nobody"); }));
}

} // namespace slots

namespace {

using slots::slot;
using twins::below;
using twins::col;
using twins::number;
using twins::task;
using twins::text;

struct sample {
    static slot row(std::mt19937& random) {
        slot s;
        s.number = number(random, -3, 9);
        change(s, random);
        return s;
    }
    static void change(slot& s, std::mt19937& random) {
        hawser::uuid::bytes_type id{};
        id[0] = std::byte(1 + below(random, 25));
        s.id = hawser::uuid(id);
        s.hall = std::array{"A", "B", "C", "DDDD"}[below(random, below(random, 4) == 0 ? 4 : 3)];
        s.row = static_cast<std::int16_t>(number(random, 1, 8));
        if (below(random, 20) == 0) s.row = 40;
        s.holder.reset();
        if (below(random, 3) == 0) s.holder = std::array{"nobody", "ann", "bob", "cid"}[below(random, 4)];
        s.kind = below(random, 2) == 0 ? slots::kind::wide : slots::kind::narrow;
        s.width = number(random, 0, 4) / 2.0;
        if (below(random, 25) == 0) s.width = std::numeric_limits<double>::quiet_NaN();
        s.height.reset();
        if (below(random, 2) == 0) s.height = static_cast<float>(number(random, 0, 5)) / 4;
        if (below(random, 20) == 0) s.height = std::numeric_limits<float>::quiet_NaN();
        s.open = below(random, 4) == 0;
        s.worth = hawser::decimal<38, 4>::from_scaled(number(random, -100'000, 100'000));
        s.since = std::chrono::sys_days(std::chrono::days(number(random, 0, 30)));
        if (below(random, 30) == 0) s.kind = static_cast<slots::kind>(7);
    }
};

class walk : public twins::walk<slot, sample> {
public:
    using twins::walk<slot, sample>::walk;

private:
    task<void> own() override {
        const slot given = sample::row(random);
        const int n = number(random, 1, 6);
        switch (below(random, 7)) {
        case 0: {
            const auto step = [&](const auto& to) -> task<std::string> {
                const auto all =
                    co_await to.where(col<&slot::row> + n > 5 || col<&slot::holder>.is_null())
                        .order_by(hawser::asc<&slot::kind>, hawser::desc<&slot::height>.nulls_last(),
                                  hawser::asc<&slot::holder>.nulls_first(), (col<&slot::row> * 2).desc(),
                                  hawser::asc<&slot::number>)
                        .all();
                co_return text(all);
            };
            co_return co_await rows.both("orders", step);
        }
        case 1: {
            const auto step = [&](const auto& to) -> task<std::string> {
                const auto page = co_await to
                                      .order_by(hawser::asc<&slot::kind>, hawser::desc<&slot::height>,
                                                hawser::asc<&slot::number>)
                                      .after(given)
                                      .limit(4)
                                      .all();
                co_return text(page);
            };
            co_return co_await rows.both("after", step);
        }
        case 2: {
            const auto step = [&](const auto& to) -> task<std::string> {
                const auto some = to.where(col<&slot::row> < n + 4);
                const auto sum = co_await some.template sum<&slot::row>();
                const auto worth = co_await some.template sum<&slot::worth>();
                const auto mean = co_await some.template avg<&slot::worth>();
                const auto rows_mean = co_await some.template avg<&slot::row>();
                const auto least = co_await some.template min<&slot::kind>();
                const auto most = co_await some.template max<&slot::since>();
                const auto height = co_await some.template max<&slot::height>();
                co_return text(sum) + text(worth) + text(mean) + text(rows_mean) + text(least) + text(most) +
                    text(height);
            };
            co_return co_await rows.both("totals", step);
        }
        case 3: {
            const auto step = [&](const auto& to) -> task<std::string> {
                co_return text(
                    co_await to.where(col<&slot::row> == n)
                        .update(hawser::set<&slot::row>(col<&slot::row> * 9),
                                hawser::set<&slot::holder>(hawser::coalesce(col<&slot::holder>, "nobody"))));
            };
            co_await rows.both("update where", step);
            co_return co_await rows.compare();
        }
        case 4: {
            const auto step = [&](const auto& to) -> task<std::string> {
                // Moves the key by itself.
                const bool done = co_await to.update(given.number, hawser::set<&slot::number>(n * 2));
                slot row = given;
                co_await to.upsert(row);
                co_return text(done);
            };
            co_await rows.both("move a key, upsert " + text(given), step);
            co_return co_await rows.compare();
        }
        case 5: {
            const auto step = [&](const auto& to) -> task<std::string> {
                slot row = given;
                const bool stored = co_await to.upsert(
                    row, hawser::on_conflict<&slot::row, &slot::hall>.update(
                             hawser::set<&slot::holder>(hawser::excluded<&slot::holder>),
                             hawser::set<&slot::worth>(-col<&slot::worth> + hawser::excluded<&slot::worth>)));
                co_return text(stored) + text(row);
            };
            co_return co_await rows.both("upsert on conflict " + text(given), step);
        }
        default: {
            const auto many = several(6, below(random, 2) == 0);
            const auto how = options();
            const bool upserts = below(random, 2) == 0;
            const auto step = [&](const auto& to) -> task<std::string> {
                if (upserts) co_return text(co_await to.bulk_upsert(many, how));
                const auto missed =
                    co_await to.template bulk_update<&slot::holder, &slot::width, &slot::row>(many, how);
                co_return text(missed);
            };
            co_await rows.both("bulk " + text(many), step);
            co_return co_await rows.compare();
        }
        }
    }
};

} // namespace

TEST_CASE("a fake of many uniques does what SQLite does, in any order of calls", "[testing][fake]") {
    twins::take_walks<walk, slot>(8, 250);
}
