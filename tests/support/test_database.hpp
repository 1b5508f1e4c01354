#pragma once
// A fresh SQLite database of the test's own, opened through the seam.
#include "support/jobs.hpp"
#include "support/raw_sqlite.hpp"
#include "support/recorder.hpp"
#include "support/temporary_folder.hpp"
#include <hawser/sqlite/engine.hpp>
#include <limits>

namespace support {

class test_database {
public:
    // In a folder of its own, unless the settings name a file.
    explicit test_database(hawser::sqlite::settings s = {}, bool in_memory = false) : settings(std::move(s)) {
        if (!in_memory && settings.path == ":memory:") settings.path = folder_.file("test.db");
        settings.observer = &seen;
        engine = hawser::sqlite::open(settings);
        seen.forget();
    }

    void run(std::string text) const { ask(engine, script(std::move(text))); }
    [[nodiscard]] std::string one(std::string sql) const { return answer(engine, read(std::move(sql))); }
    [[nodiscard]] raw_sqlite raw() const { return raw_sqlite(settings.path); }
    [[nodiscard]] const std::string& path() const noexcept { return settings.path; }

private:
    temporary_folder folder_;

public:
    recorder seen; // outlives the engine
    hawser::sqlite::settings settings;
    engine_ptr engine;
};

// All that is queued makes one group, however slow the machine.
inline hawser::sqlite::settings whole_groups() {
    hawser::sqlite::settings s;
    s.group_hold = std::chrono::hours(1);
    return s;
}

} // namespace support
