#pragma once
// A thing whose table the files here describe, each with a member named twice.
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::int32_t size{}, place{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, size, place))

} // namespace app
