#pragma once
// The statement log of open_options beside the program's own observer.
#include <hawser/db/options.hpp>
#include <hawser/observe/observer.hpp>
#include <memory>

namespace hawser::detail {

// Null where nothing is to be logged. Tells options.observer too, which must live as long.
[[nodiscard]] std::unique_ptr<observer> make_watcher(const open_options& options);

} // namespace hawser::detail
