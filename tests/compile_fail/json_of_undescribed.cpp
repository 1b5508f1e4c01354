// expect: hawser::json<T>: T is a described struct, or another type that Boost.JSON converts
#include <boost/describe/class.hpp>
#include <hawser/json.hpp>

struct limits {
    int depth{};
};
#ifndef MUST_FAIL
BOOST_DESCRIBE_STRUCT(limits, (), (depth))
#endif

static_assert(hawser::type_map<hawser::json<limits>>::sqlite == "TEXT");
