#include "testing/faulty_engine.hpp"
#include <algorithm>
#include <hawser/testing/database.hpp>
#include <hawser/testing/temporary_folder.hpp>
#include <memory>
#include <string>
#include <utility>

namespace hawser::testing {
namespace detail {

std::vector<described_table> in_order(std::vector<described_table> tables) {
    std::vector<described_table> done;
    const auto waits = [&](const described_table& t) {
        return std::any_of(t.references.begin(), t.references.end(), [&](const table_info* other) {
            return other != t.table &&
                   std::any_of(tables.begin(), tables.end(), [&](const auto& u) { return u.table == other; });
        });
    };
    while (!tables.empty()) {
        auto next = std::find_if_not(tables.begin(), tables.end(), waits);
        if (next == tables.end()) next = tables.begin(); // a circle
        done.push_back(std::move(*next));
        tables.erase(next);
    }
    return done;
}

namespace {

// The engine goes first: it closes its files before their folder is removed.
struct engine_in_a_folder {
    std::shared_ptr<temporary_folder> folder;
    std::shared_ptr<engine::engine> engine;
};

std::shared_ptr<engine::engine> keeping(std::shared_ptr<temporary_folder> folder,
                                        std::shared_ptr<engine::engine> engine) {
    auto both = std::make_shared<engine_in_a_folder>(std::move(folder), std::move(engine));
    auto* const shown = both->engine.get();
    return {std::move(both), shown};
}

// Faults are planned for what the test does, so they come after the tables.
task<database> open_with(std::shared_ptr<temporary_folder> folder, std::vector<described_table> tables,
                         database_options o) {
    const open_options options{.sqlite = o.sqlite,
                               .retry = o.retry,
                               .statement_timeout = o.statement_timeout,
                               .observer = o.observer,
                               .clock = o.clock,
                               .uuids = o.uuids};
    const std::string url = folder ? "sqlite:" + folder->file("test.db") : "sqlite::memory:";
    database db = co_await open(url, options);
    std::string script;
    for (const auto& t : in_order(std::move(tables))) script += t.script;
    if (!script.empty()) co_await db.run_script(std::move(script));
    if (!folder && o.faults == nullptr) co_return db;
    auto engine = db.get().database->engine;
    if (folder) engine = keeping(std::move(folder), std::move(engine));
    if (o.faults) engine = make_faulty(std::move(engine), *o.faults);
    co_return make_database(std::move(engine), options);
}

} // namespace

task<database> open_in_memory(std::vector<described_table> tables, const database_options& o) {
    return open_with(nullptr, std::move(tables), o);
}
task<database> open_temporary(std::vector<described_table> tables, const database_options& o) {
    return open_with(std::make_shared<temporary_folder>(), std::move(tables), o);
}

} // namespace detail
} // namespace hawser::testing
