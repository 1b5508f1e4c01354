#pragma once
#include <hawser/engine/engine.hpp>
#include <hawser/postgres/settings.hpp>
#include <memory>

namespace hawser::postgres {

// Starts the driver. Throws unsupported for settings that it cannot keep, such as TLS, and misuse for those that make
// no sense, each by its name. Does not wait for a server: what is wrong with that is told to the first call.
[[nodiscard]] std::shared_ptr<engine::engine> open(const settings& s);

} // namespace hawser::postgres
