// A large file opens as a small one does.
#include "child.hpp"
#include "in_flight.hpp"
#include "memory/suite.hpp"
#include "programs.hpp"
#include "raw_sqlite.hpp"
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace bench {
namespace {

class big_file {
public:
    explicit big_file(std::size_t bytes) {
        {
            raw_sqlite db(path(), hawser::durability::normal);
            db.forgo_safety();
            std::vector<prediction> some(1000);
            for (std::size_t i = 0; i < some.size(); ++i) {
                some[i] = make_prediction(i);
                some[i].features.resize(large_text, ' ');
            }
            while (std::filesystem::file_size(path()) < bytes) {
                db.begin();
                db.insert(some);
                db.commit();
                rows_ += some.size();
            }
        }
        raw_sqlite(path(), hawser::durability::normal); // which has a write-ahead log again
    }
    [[nodiscard]] std::string path() const { return folder_.file(); }
    // When it was made: those that a run inserts come behind them.
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    // No page of it is in memory after this, unless it is open somewhere.
    void leave_memory() const {
        forget(path());
        if (std::filesystem::exists(path() + "-wal")) forget(path() + "-wal");
    }
    // As a crash leaves it: with as long a log as Hawser lets it grow.
    void crash() const {
        const std::string pages = std::to_string(hawser::open_options{}.sqlite.checkpoint_at_most);
        const child_outcome o = run_child({probe_program(), "leave_log", path(), pages});
        if (o.exit_code != 0) throw std::runtime_error("the probe failed: " + o.err);
    }

private:
    static void forget(const std::string& path) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        const bool left =
            file >= 0 && ::fsync(file) == 0 && ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
        ::close(file);
        if (!left) throw std::runtime_error(path + " cannot be made to leave the system's cache");
    }

    fresh_folder folder_;
    std::size_t rows_ = 0;
};

double milliseconds(const std::function<void()>& work) {
    const auto start = steady::now();
    work();
    return std::chrono::duration<double, std::milli>(steady::now() - start).count();
}

sample figure(double f) {
    sample s;
    s.figure = f;
    return s;
}

// Of what a program does first with a file. Closing it is not timed.
struct first_steps {
    double open = 0, get = 0, insert = 0;
};

first_steps hawser_steps(const big_file& file, std::int64_t key) {
    first_steps took;
    std::optional<hawser::database> db;
    took.open = milliseconds([&] { db.emplace(hawser::run(hawser::open("sqlite:" + file.path()))); });
    const hawser::repository<prediction> predictions{*db};
    took.get = milliseconds([&] { hawser::run(predictions.get(key)); });
    prediction p = make_prediction(7);
    took.insert = milliseconds([&] { hawser::run(predictions.insert(p)); });
    hawser::run(db->close());
    return took;
}

// As many connections, without threads.
first_steps raw_steps(const big_file& file, std::int64_t key) {
    const unsigned readers = hawser::open_options{}.sqlite.readers;
    first_steps took;
    std::unique_ptr<raw_sqlite> writer;
    std::vector<std::unique_ptr<raw_sqlite>> reading;
    took.open = milliseconds([&] {
        writer = std::make_unique<raw_sqlite>(file.path(), hawser::durability::full);
        for (unsigned i = 0; i < readers; ++i) reading.push_back(std::make_unique<raw_sqlite>(file.path()));
    });
    took.get = milliseconds([&] { static_cast<void>(reading.front()->get(key)); });
    const std::vector<prediction> one{make_prediction(7)};
    took.insert = milliseconds([&] {
        writer->begin();
        writer->insert(one);
        writer->commit();
    });
    reading.clear();
    return took;
}

// Of a file that is not in memory, of the same once more, when what is read is in memory, and after a crash. Another
// key in every round.
template <class Steps>
auto each_time(Steps steps) {
    return [steps, round = std::uint64_t{0}](const big_file& file) mutable -> std::vector<sample> {
        const std::int64_t key = random_key(round++, file.rows());
        file.leave_memory();
        const first_steps cold = steps(file, key), warm = steps(file, key);
        file.crash();
        file.leave_memory();
        const first_steps crashed = steps(file, key);
        return {figure(cold.open),    figure(cold.get),    figure(cold.insert),
                figure(warm.open),    figure(warm.get),    figure(warm.insert),
                figure(crashed.open), figure(crashed.get), figure(crashed.insert)};
    };
}

constexpr std::size_t told = 9, with_bar = 6;
constexpr const char* step_names[told] = {"open, file not in memory",
                                          "first get by key, file not in memory",
                                          "first durable insert, file not in memory",
                                          "open, once more",
                                          "first get by key, once more",
                                          "first durable insert, once more",
                                          "open, a long log left by a crash",
                                          "first get by key, a long log left by a crash",
                                          "first durable insert, a long log left by a crash"};

} // namespace

cases big_file_cases(const context& with) {
    const std::size_t bytes = with.n.big_file_bytes;
    bench_case c{.name = "a file of " + std::to_string(bytes / 1'000'000) + " MB opens and serves",
                 .contenders = {},
                 .bars = {},
                 .unit = "ms"};
    if (std::filesystem::space(std::filesystem::current_path()).available < 2 * bytes) {
        c.notes.push_back("left out: all: the disk of the working directory has no room for twice the file");
        return {std::move(c)};
    }
    const auto file = std::make_shared<std::unique_ptr<const big_file>>();
    const auto on = [=](auto work) {
        return [=]() mutable {
            if (!*file) *file = std::make_unique<const big_file>(bytes);
            return work(**file);
        };
    };
    const auto ours = parts_of(told, on(each_time(hawser_steps))),
               theirs = parts_of(told, on(each_time(raw_steps)));
    for (std::size_t i = 0; i < told; ++i) {
        const std::string hawser = std::string("hawser, ") + step_names[i],
                          raw = std::string("raw, ") + step_names[i];
        c.contenders.push_back({hawser, ours[i]});
        c.contenders.push_back({raw, theirs[i]});
        if (i < with_bar) c.bars.push_back({hawser, "", 50, sense::at_most, &sample::figure});
        c.bars.push_back({hawser, raw, {}, sense::at_most, &sample::figure});
    }
    return {std::move(c)};
}

} // namespace bench
