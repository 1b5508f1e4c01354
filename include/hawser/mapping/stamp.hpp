#pragma once
#include <hawser/core/timestamp.hpp>
#include <string_view>

namespace hawser {
class uuid_source;
}

namespace hawser::detail {

// What the framework gives a row that is written.
struct stamp {
    timestamp now{};
    std::string_view actor{}, reason{}; // empty: not told
    uuid_source* uuids = nullptr;       // null: the process's own
};

} // namespace hawser::detail
