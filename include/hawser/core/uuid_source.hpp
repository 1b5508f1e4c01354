#pragma once
#include <hawser/core/timestamp.hpp>
#include <hawser/core/uuid.hpp>

namespace hawser {

// Where the generators uuid_v4 and uuid_v7 get their uuids: open_options::uuids. Asked from any thread. A database
// that is given none takes those of uuid::v4() and uuid::v7(), which cannot be foretold.
class uuid_source {
public:
    virtual ~uuid_source() = default;
    [[nodiscard]] virtual uuid v4() = 0;
    // `now` is the time of the database's clock.
    [[nodiscard]] virtual uuid v7(timestamp now) = 0;
};

} // namespace hawser
