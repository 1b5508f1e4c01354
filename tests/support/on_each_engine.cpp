#include "support/on_each_engine.hpp"
#include <cstdlib>
#include <ostream>

namespace support {

std::vector<place> wanted(const std::vector<place>& places) {
    const char* set = std::getenv("HAWSER_TEST_ENGINE");
    const std::string_view only = set == nullptr ? "" : set;
    if (only.empty()) return places;
    if (only != "sqlite" && only != "postgres")
        throw std::invalid_argument("HAWSER_TEST_ENGINE is sqlite or postgres, not '" + std::string(only) +
                                    "'");
    std::vector<place> some;
    for (const place w : places)
        if ((w == place::postgres) == (only == "postgres")) some.push_back(w);
    return some;
}

std::ostream& operator<<(std::ostream& out, place w) {
    switch (w) {
    case place::file: return out << "SQLite";
    case place::memory: return out << "SQLite in memory";
    case place::postgres: break;
    }
    return out << "PostgreSQL";
}

std::string& unfinished_test::last() {
    static std::string one;
    return one;
}
std::string unfinished_test::name() {
    return Catch::getResultCapture().getCurrentTestName();
}

void skip_postgres() {
    static std::string last;
    const std::string test = Catch::getResultCapture().getCurrentTestName();
    if (test == last) return;
    last = test;
    [] { SKIP("on PostgreSQL: " + no_postgres()); }();
}

} // namespace support
