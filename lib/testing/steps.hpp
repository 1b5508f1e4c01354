#pragma once
// What a call asks the engine for, one by one.
#include "testing/fault_state.hpp"
#include <hawser/engine/job.hpp>
#include <vector>

namespace hawser::testing::detail {

// `stands_alone`: the job is no part of a transaction, so that what it writes is durable when it is answered.
[[nodiscard]] std::vector<step> steps_of(const engine::job& j, bool stands_alone);

// The job itself is a write: outside of a transaction a lost answer leaves in doubt whether it was done.
[[nodiscard]] bool writes(const engine::job& j) noexcept;

} // namespace hawser::testing::detail
