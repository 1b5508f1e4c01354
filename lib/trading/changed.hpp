#pragma once
#include <cstdint>
#include <hawser/async/task.hpp>
#include <utility>

namespace hawser::trading {

// Whether an update met any row.
inline task<bool> any_changed(task<std::int64_t> change) {
    co_return co_await std::move(change) > 0;
}

// What is known to be done once it has ended.
inline task<void> done(task<bool> change) {
    static_cast<void>(co_await std::move(change));
}

} // namespace hawser::trading
