#include "support/catch.hpp"
#include "support/failing_disk.hpp"
#include "support/memory_folder.hpp"
#include "support/test_database.hpp"
#include "support/volume.hpp"
#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <hawser/observe/observer.hpp>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <utility>

namespace asio = boost::asio;
using namespace support;
using hawser::durability;
using hawser::engine::verb;
using survives = disk_image::survives;

namespace {

struct cut {
    std::int64_t acknowledged; // at least, when the power failed
    std::int64_t copied_back;  // of those, by a checkpoint that had ended
    disk_image image;
};

// What the writer tells.
class told final : public hawser::observer {
public:
    explicit told(const std::atomic<std::int64_t>& acknowledged) : acknowledged_(acknowledged) {}

    void on(const hawser::group_committed& e) noexcept override {
        const std::lock_guard lock(mutex_);
        groups_.push_back(e.jobs);
        threads_.insert(std::this_thread::get_id());
    }
    // Whatever was acknowledged by now was committed before: nobody has committed meanwhile.
    void on(const hawser::checkpointed& e) noexcept override {
        ++checkpoints_;
        if (e.copied_frames == e.log_frames) copied_back_ = acknowledged_.load();
    }

    [[nodiscard]] std::vector<std::size_t> take_groups() {
        const std::lock_guard lock(mutex_);
        return std::exchange(groups_, {});
    }
    [[nodiscard]] bool grouped_on(std::thread::id thread) const {
        const std::lock_guard lock(mutex_);
        return threads_.contains(thread);
    }
    [[nodiscard]] std::size_t checkpoints() const { return checkpoints_; }
    [[nodiscard]] std::int64_t copied_back() const { return copied_back_; }

private:
    const std::atomic<std::int64_t>& acknowledged_;
    mutable std::mutex mutex_;
    std::vector<std::size_t> groups_;
    std::set<std::thread::id> threads_;
    std::atomic<std::size_t> checkpoints_{0};
    std::atomic<std::int64_t> copied_back_{0};
};

// Pieces of work by ascending number: three rows in two tables and a sum each, or many rows.
class day {
public:
    day(durability how, hawser::writer_mode where, std::uint64_t seed)
        : chance_(seed), cutter_(seed + 1), engine_(hawser::sqlite::open(settings(how, where))) {
        run("create table head (id integer primary key, body text not null) strict;"
            "create table part (head integer not null references head (id), n integer not null,"
            "    body text, primary key (head, n)) strict;"
            "create index part_by_body on part (body);"
            "create table total (n integer not null) strict; insert into total values (0)");
        disk_.before_change([this](std::size_t) {
            if (cuts_.size() == most_cuts || !often_(cutter_)) return;
            const std::int64_t copied = told_.copied_back();
            const std::int64_t known = acknowledged_.load();
            cuts_.push_back({known, copied, disk_.image()});
        });
        static_cast<void>(told_.take_groups());
        for (int burst = 0; burst < 24; ++burst) {
            switch (std::uniform_int_distribution(0, 9)(chance_)) {
            case 0: load(); break;
            case 1: interact(); break;
            default: insert(std::uniform_int_distribution(1, 20)(chance_));
            }
            note_groups();
        }
        close(engine_);
    }

    [[nodiscard]] const std::vector<cut>& cuts() const { return cuts_; }
    [[nodiscard]] std::size_t checkpoints() const { return told_.checkpoints(); }
    // Groups, on the thread of the test.
    [[nodiscard]] bool wrote_here() const { return told_.grouped_on(std::this_thread::get_id()); }

    // What is wrong with the files that are left after a cut; `recovered`: the last piece that is there.
    std::string problem_of(const cut& c, survives what, std::int64_t& recovered) {
        const memory_folder folder;
        write_files(c.image.after_cut(what, cutter_), folder.path().string());
        raw_sqlite left(folder.file("test.db"), "unix");
        if (const auto found = left.text("pragma integrity_check"); found != "ok") return found;
        recovered = 0;
        if (left.integer("select count(*) from sqlite_schema") == 0) return {};
        recovered = left.integer("select coalesce(max(id), 0) from head");
        if (left.integer("select count(*) from head") != recovered) return "a piece is missing in the middle";
        if (left.integer("select count(*) from part") != 2 * recovered) return "a piece is there by half";
        if (recovered > 0 && left.integer("select n from total") != recovered) return "the sum is wrong";
        if (left.integer("select count(*) from pragma_foreign_key_check") != 0) return "a key is broken";
        if (ends_.count(recovered) == 0) return "a group is there by half";
        left.exec("insert into total values (1)");
        return {};
    }

private:
    hawser::sqlite::settings settings(durability how, hawser::writer_mode where) {
        hawser::sqlite::settings s;
        s.path = folder_.file("test.db");
        s.observer = &told_;
        s.durability = how;
        s.writer = where;
        s.readers = 1;
        s.cache_kib = 64;
        s.group_jobs = 7;
        s.checkpoint_frames = 100;
        s.checkpoint_at_most = 200;
        return s;
    }
    void run(std::string text) { ask(engine_, script(std::move(text))); }
    std::string body() {
        return std::string(std::uniform_int_distribution<std::size_t>(0, 900)(chance_), 'x');
    }
    question piece(std::int64_t id) {
        question q(hawser::engine::batch_mode::atomic);
        q.by_key().add("insert into head values (?1, ?2)").value(id).value(body());
        q.add("insert into part values (?1, 1, ?2)").value(id).value(body());
        q.add("insert into part values (?1, 2, ?2)").value(id).value(body());
        q.add("update total set n = n + 1");
        return q;
    }

    void insert(int count) {
        asio::io_context io;
        for (int i = 0; i < count; ++i) {
            const auto q = piece(++last_);
            asio::co_spawn(io, send(engine_, q.job), [this](std::exception_ptr e) {
                if (e) std::rethrow_exception(e);
                ++acknowledged_;
            });
        }
        io.run();
    }
    // Its pages spill to the log before it commits.
    void load() {
        const auto id = std::to_string(++last_);
        run("insert into head values (" + id + ", ''); insert into part select " + id +
            ", value, hex(zeroblob(300)) from (with recursive c(value) as (select 1 union all select "
            "value + 1 from c where value < 600) select value from c);"
            "delete from part where n > 2; update total set n = n + 1");
        acknowledged_ = last_;
    }
    void interact() {
        const auto lease = engine_->make_lease("tx", false);
        ask(engine_, begin(lease));
        ask(engine_, on_lease(lease, piece(++last_)));
        ask(engine_, on_lease(lease, verb::savepoint, 1));
        ask(engine_, on_lease(lease, write("delete from part")));
        ask(engine_, on_lease(lease, verb::rollback_to, 1));
        ask(engine_, on_lease(lease, verb::commit));
        acknowledged_ = last_;
    }
    void note_groups() {
        for (const std::size_t jobs : told_.take_groups())
            ends_.insert(*ends_.rbegin() + static_cast<std::int64_t>(jobs));
        ends_.insert(last_);
    }

    static constexpr std::size_t most_cuts = 16;
    std::mt19937_64 chance_;
    std::mt19937_64 cutter_;
    std::bernoulli_distribution often_{0.01};
    const memory_folder folder_;
    failing_disk disk_;
    std::vector<cut> cuts_;
    std::int64_t last_ = 0;
    std::atomic<std::int64_t> acknowledged_{0};
    std::set<std::int64_t> ends_{0}; // last pieces of groups
    told told_{acknowledged_};
    engine_ptr engine_;
};

constexpr survives ways[] = {survives::nothing, survives::everything, survives::first,
                             survives::first,   survives::sectors,    survives::sectors};

struct losses {
    std::size_t cuts = 0;
    std::size_t lost = 0; // cuts after which something acknowledged was gone
    std::size_t kept = 0; // cuts after which something was to be there
    std::size_t here = 0; // days with groups on the caller's thread
};

// Some days more, up to five times as many, until more than `kept` cuts are after rows that are to be there.
// HAWSER_POWER_SEED, as a failure tells it, makes the same choices again.
losses lose_power(durability how, int days, std::size_t kept = 0) {
    losses all;
    const char* given = std::getenv("HAWSER_POWER_SEED");
    const std::uint64_t first = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    for (int i = 0; i < days || (all.kept <= kept && i < 5 * days); ++i) {
        const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
        const bool inline_here = seed % 2 == 0;
        day d(how, inline_here ? hawser::writer_mode::inline_ : hawser::writer_mode::thread, seed);
        for (const cut& c : d.cuts())
            for (const survives way : ways) {
                std::int64_t recovered = 0;
                const std::string problem = d.problem_of(c, way, recovered);
                INFO("seed " << seed << ", way " << static_cast<int>(way) << ", " << c.acknowledged
                             << " acknowledged, " << recovered << " recovered, " << c.copied_back
                             << " copied back");
                REQUIRE(problem.empty());
                if (how == durability::full) REQUIRE(recovered >= c.acknowledged);
                REQUIRE(recovered >= c.copied_back);
                ++all.cuts;
                all.lost += recovered < c.acknowledged ? 1 : 0;
                all.kept += c.copied_back > 0 ? 1 : 0;
            }
        REQUIRE(d.checkpoints() > 2);
        if (!inline_here) REQUIRE_FALSE(d.wrote_here());
        all.here += d.wrote_here() ? 1 : 0;
    }
    if (days > 2) REQUIRE(all.here > 0);
    return all;
}

} // namespace

TEST_CASE("a power cut loses nothing that was acknowledged under FULL, and leaves no group by half",
          "[sqlite]") {
    const losses all = lose_power(durability::full, rounds(8, 2));
    CHECK(all.cuts > 100);
}

TEST_CASE(
    "a power cut loses the last groups at most under NORMAL, each as a whole, and none that was copied back",
    "[sqlite]") {
    constexpr std::size_t enough = 100;
    const losses all = lose_power(durability::normal, rounds(8, 2), enough);
    CHECK(all.cuts > 100);
    CHECK(all.lost > 0); // else this disk forgets nothing
    CHECK(all.kept > enough);
}

TEST_CASE("the disk forgets a COMMIT that was not synced", "[sqlite]") {
    failing_disk disk;
    const temporary_folder folder;
    raw_sqlite db(folder.file("test.db"));
    db.exec("pragma journal_mode=wal; create table t (a)");
    db.exec("pragma synchronous=off; insert into t values (1)");
    std::mt19937_64 chance(1);
    const auto rows_after = [&](survives what) {
        const temporary_folder after;
        write_files(disk.image().after_cut(what, chance), after.path().string());
        raw_sqlite left(after.file("test.db"), "unix");
        return left.integer("select count(*) from t");
    };
    CHECK(rows_after(survives::nothing) == 0);
    CHECK(rows_after(survives::everything) == 1);
    db.exec("pragma synchronous=full; insert into t values (2)");
    CHECK(rows_after(survives::nothing) == 2);
}
