#pragma once
#include <hawser/core/timestamp.hpp>

namespace hawser {

// What created_at, updated_at, deleted_at and uuids of version 7 are taken from: open_options::clock. Asked once for
// each call that writes, from any thread. The system's clock is what a database uses that is given none.
class wall_clock {
public:
    virtual ~wall_clock() = default;
    [[nodiscard]] virtual timestamp now() noexcept = 0;
};

} // namespace hawser
