#pragma once
// A fresh database with the entities of the quantum schema, and a clock that the test sets.
#include "unit/mapping/quantum_schema.hpp"
#include "on_each_market.hpp"
#include <hawser/testing/clock.hpp>

namespace quantum {

using hawser::col;
using hawser::errc;
using hawser::task;
using market::error_of;

inline hawser::testing::fixed_clock wall{hawser::timestamp{}};
inline hawser::timestamp at(int seconds) {
    return hawser::timestamp(std::chrono::seconds(seconds));
}
inline void set_clock(int seconds) {
    wall.set(at(seconds));
}

template <class Body>
void on_quantum(Body body) {
    const auto at_100 = [&](hawser::database db) -> task<> {
        set_clock(100);
        co_await body(db);
    };
    market::on_each_with<team, badge>(support::each_engine(support::place::memory), at_100, {.clock = &wall});
}

inline team make_team(std::string name) {
    team t;
    t.name = std::move(name);
    return t;
}

using text = std::optional<std::string>;

inline hawser::database as(const hawser::database& db, std::string_view actor, std::string_view reason = {}) {
    return db.with({.actor = actor, .reason = reason});
}

// Who, why, when and how often, of a row as it is stored.
struct history {
    text created_by, updated_by, change_reason;
    int created_at, updated_at, version;
    bool operator==(const history&) const = default;
};
inline history history_of(const team& t) {
    const auto seconds = [](hawser::timestamp when) {
        return static_cast<int>(
            std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count());
    };
    return {t.created_by,          t.updated_by,          t.change_reason,
            seconds(t.created_at), seconds(t.updated_at), static_cast<int>(t.row_version)};
}
inline task<history> stored(hawser::database db, std::int64_t id) {
    const team t = co_await hawser::repository<team>{db}.with_deleted().where(col<&team::id> == id).one();
    co_return history_of(t);
}

} // namespace quantum
