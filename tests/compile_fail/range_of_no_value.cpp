// expect: hawser: range() and one_of() take numbers, text, enumerators, points in time and durations
#include <compare>
#include "schema.hpp"

struct level {
    int value{};
    auto operator<=>(const level&) const = default;
};

#ifdef MUST_FAIL
const std::string text = hawser::range(level{1}, level{2}).message();
#else
const std::string text = hawser::range(1, 2).message();
#endif
