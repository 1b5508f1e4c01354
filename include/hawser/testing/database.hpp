#pragma once
// Fresh databases for tests, with the tables of the entities that a test names.
#include <chrono>
#include <hawser/db/database.hpp>
#include <hawser/mapping/ddl.hpp>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hawser::testing {

class fault_plan;

// Nothing of what is pointed to is owned; it outlives the database.
struct database_options {
    hawser::observer* observer = nullptr; // a recorder, for one
    wall_clock* clock = nullptr;          // null: the system's
    uuid_source* uuids = nullptr;         // null: uuids that cannot be foretold
    fault_plan* faults = nullptr;         // what is to go wrong; null: nothing
    sqlite_options sqlite{};
    retry_options retry{};
    std::chrono::milliseconds statement_timeout{30000};
};
static_assert(std::is_trivially_destructible_v<database_options>);

namespace detail {

// An entity and those that it references, to be brought into an order.
struct described_table {
    const table_info* table;
    std::string_view script;
    std::vector<const table_info*> references;
};

template <class T, class... All>
consteval bool references_only_these() {
    bool all = true;
    const auto look = [&]<auto M, class Other, auto K>(const hawser::detail::references_fact<M, Other, K>&) {
        all = all && (std::is_same_v<Other, T> || ... || std::is_same_v<Other, All>);
    };
    hawser::detail::for_each_fact<T>([&](const auto& f) {
        if constexpr (requires { look(f); }) look(f);
    });
    return all;
}

template <class T>
described_table described() {
    described_table d{&hawser::detail::table_of<T>, create_sqlite<T>, {}};
    const auto note = [&]<auto M, class Other, auto K>(const hawser::detail::references_fact<M, Other, K>&) {
        d.references.push_back(&hawser::detail::table_of<Other>);
    };
    hawser::detail::for_each_fact<T>([&](const auto& f) {
        if constexpr (requires { note(f); }) note(f);
    });
    return d;
}

// Those that are referenced before those that reference them; within a circle, and else, as given.
[[nodiscard]] std::vector<described_table> in_order(std::vector<described_table> tables);

[[nodiscard]] task<database> open_in_memory(std::vector<described_table> tables, const database_options& o);
[[nodiscard]] task<database> open_temporary(std::vector<described_table> tables, const database_options& o);

template <class... T>
std::vector<described_table> described_tables() {
    static_assert((references_only_these<T, T...>() && ...),
                  "hawser: an entity of this test database references one that is not named beside it");
    std::vector<described_table> all;
    (all.push_back(described<T>()), ...);
    return all;
}

} // namespace detail

// A new SQLite database in memory with the tables and indexes of these entities, in the order of their references.
// It is gone when the last handle is. Nothing of it touches the disk; readers share the writer's connection.
// The entities that they reference are to be among them.
template <entity... T>
[[nodiscard]] task<database> memory_database(const database_options& options = {}) {
    return detail::open_in_memory(detail::described_tables<T...>(), options);
}

// Same, in a file under the system's folder for temporary files: reads run beside the writer, each from its own
// snapshot, as in production. The file is removed with the last handle.
template <entity... T>
[[nodiscard]] task<database> temporary_database(const database_options& options = {}) {
    return detail::open_temporary(detail::described_tables<T...>(), options);
}

} // namespace hawser::testing
