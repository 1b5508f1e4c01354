#pragma once
#include <hawser/engine/engine.hpp>
#include <hawser/testing/fault_plan.hpp>
#include <memory>

namespace hawser::testing::detail {

// An engine in which what the plan says goes wrong; all else goes to `inner` as it is.
[[nodiscard]] std::shared_ptr<engine::engine> make_faulty(std::shared_ptr<engine::engine> inner,
                                                          const fault_plan& plan);

} // namespace hawser::testing::detail
