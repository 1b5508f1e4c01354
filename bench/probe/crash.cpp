// A log that nobody has copied back.
#include "prediction.hpp"
#include "probe/probe.hpp"
#include "raw_sqlite.hpp"
#include <cstdlib>
#include <string>
#include <vector>

void probe::leave_log(const std::vector<std::string>& arguments) {
    bench::raw_sqlite db(arguments.at(1), hawser::durability::normal);
    db.forgo_checkpoints();
    std::vector<bench::prediction> rows = bench::make_predictions(std::stoul(arguments.at(2)));
    for (bench::prediction& p : rows) p.features.resize(bench::large_text, ' ');
    db.begin();
    db.insert(rows);
    db.commit();
    std::_Exit(0);
}
