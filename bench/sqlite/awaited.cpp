#include "sqlite/awaited.hpp"
#include "in_flight.hpp"
#include "pinning.hpp"
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

namespace bench {

sample awaited_inserts(const inserting& how) {
    fresh_folder folder;
    std::vector<prediction> rows = make_predictions(how.callers * how.each);
    const hawser::database db = open_database(folder.file(), {.on = how.on, .durability = how.durability});
    const hawser::repository<prediction> predictions{db};
    std::optional<split_pins> pins;
    if (how.pinned && how.on == threading::thread) pins.emplace();
    const sample s = measure(rows.size(), [&](latencies& told) {
        const auto insert = [&](std::size_t n, std::size_t i) {
            return predictions.insert(rows[i * how.callers + n]);
        };
        run_in_flight(how.callers, how.each, how.io_threads, told, insert, [] {});
        hawser::run(db.close());
    });
    if (std::any_of(rows.begin(), rows.end(), [](const prediction& p) { return p.id == 0; }))
        throw std::runtime_error("a row without a key");
    return s;
}

} // namespace bench
