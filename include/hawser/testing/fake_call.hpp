#pragma once
// A call to a fake: lazy as one to a database, and done at once when its turn comes.
#include <functional>
#include <hawser/async/task.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/core/uuid_source.hpp>
#include <hawser/core/wall_clock.hpp>
#include <hawser/mapping/insert.hpp>
#include <hawser/testing/fake_table.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hawser::testing {

// As open_options and call_options. Views are copied; clock and uuids are not owned and outlive the fake.
struct fake_options {
    wall_clock* clock = nullptr;  // of created_at, updated_at and uuid_v7; null: the system's
    uuid_source* uuids = nullptr; // of the generators uuid_v4 and uuid_v7; null: none can be foretold
    std::string_view actor{};     // who writes, stored with audited entities
    std::string_view reason{};    // and why
};
static_assert(std::is_trivially_destructible_v<fake_options>);

} // namespace hawser::testing

namespace hawser::detail {

struct fake_settings {
    wall_clock* clock = nullptr;
    uuid_source* uuids = nullptr;
    std::string actor{}, reason{};

    // With what the options tell; what is left out stays.
    [[nodiscard]] std::shared_ptr<const fake_settings> with(const testing::fake_options& options) const;
    [[nodiscard]] timestamp now() const noexcept;
};

// Shared by all copies of a fake.
template <class T>
struct fake_state {
    std::mutex busy;
    fake_table<T> table;
};
template <class T>
struct fake_handle {
    std::shared_ptr<fake_state<T>> state;
    std::shared_ptr<const fake_settings> settings;

    [[nodiscard]] stamp stamped() const noexcept {
        return {settings->now(), settings->actor, settings->reason, settings->uuids};
    }
};

// Lets others run first, as every call to a database does.
[[nodiscard]] task<void> take_turn();

template <class R>
task<R> in_turn(std::function<R()> work) {
    co_await take_turn();
    co_return work();
}

// The task of work(table); the handle lives as long.
template <class T, class Work>
auto fake_call(const fake_handle<T>& on, Work work) {
    using R = std::invoke_result_t<Work&, fake_table<T>&>;
    return in_turn<R>([on, work = std::move(work)]() mutable -> R {
        const std::scoped_lock lock(on.state->busy);
        return work(on.state->table);
    });
}

} // namespace hawser::detail
