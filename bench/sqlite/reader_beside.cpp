// A scan of the whole table while 256 coroutines insert into it.
#include "in_flight.hpp"
#include "sqlite/database.hpp"
#include "sqlite/suite.hpp"
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <vector>

namespace bench {
namespace {

class race {
public:
    // Without a scan inserts go on until each caller has done so many.
    race(const filled_file& file, std::size_t callers, std::size_t each)
        : file_(file), callers_(callers), each_(each) {}

    // What is told of the scan, and of the inserts; of what does not run, nothing.
    std::vector<sample> run(bool scans, bool inserts) {
        const fresh_folder folder;
        std::filesystem::copy_file(file_.path(), folder.file());
        db_.emplace(open_database(folder.file(), {.durability = hawser::durability::normal}));
        scanning_ = scans;
        latencies each;
        const sample whole = measure(1, [&](latencies&) {
            run_callers((inserts ? callers_ : 0) + (scans ? 1 : 0), 1,
                        [&](std::size_t n) { return scans && n == 0 ? scan() : insert(each); });
        });
        const auto inserted = static_cast<double>(each.size());
        const double seconds = 1 / whole.ops_per_s;
        hawser::run(db_->close());
        if (scans && scanned_ != static_cast<std::int64_t>(file_.rows()))
            throw std::runtime_error("the wrong rows were read");
        return {{scans ? static_cast<double>(scanned_) / scan_seconds_ : 0, 0, 0, 0, 0},
                {inserted / seconds, 0, quantile(each, 0.5), quantile(each, 0.99), 0}};
    }

private:
    hawser::task<> scan() {
        const auto start = steady::now();
        auto rows = hawser::repository<prediction>{*db_}.stream(4096);
        for (;;) {
            const std::span<const prediction> some = co_await rows.next_batch();
            if (some.empty()) break;
            scanned_ += static_cast<std::int64_t>(some.size());
        }
        scan_seconds_ = static_cast<double>(microseconds_since(start)) / 1e6;
        scanning_ = false;
        scanned_once_ = true;
    }
    hawser::task<> insert(latencies& each) {
        const hawser::repository<prediction> predictions{*db_};
        prediction p = make_prediction(each.size());
        for (std::size_t i = 0; !scanned_once_ && (scanning_ || i < each_); ++i) {
            const auto start = steady::now();
            co_await predictions.insert(p);
            each.push_back(microseconds_since(start));
        }
    }

    const filled_file& file_;
    const std::size_t callers_, each_;
    std::optional<hawser::database> db_;
    bool scanning_ = false;
    bool scanned_once_ = false;
    std::int64_t scanned_ = 0;
    double scan_seconds_ = 0;
};

} // namespace

cases reader_beside_cases(const context& with) {
    const over_file on(with.n.rows);
    const auto run = [&](bool scans, bool inserts) {
        return parts_of(
            2, on([=, callers = with.n.in_flight, each = with.n.normal_each / 4](const filled_file& f) {
                return race(f, callers, each).run(scans, inserts);
            }));
    };
    const auto both = run(true, true);
    const std::string beside = "hawser scan, beside 256 writers", scan = "hawser scan, alone",
                      writers = "hawser inserts, 256 in flight, beside a scan",
                      inserts = "hawser inserts, 256 in flight, alone";
    return {{.name = "a scan of 1 M rows beside 256 writers, NORMAL",
             .contenders = {{beside, both[0]},
                            {scan, run(true, false)[0]},
                            {writers, both[1]},
                            {inserts, run(false, true)[1]}},
             .bars = {{beside, scan, {}}, {writers, inserts, {}}}}};
}

} // namespace bench
