#pragma once
// hawser::json<T>: members that are stored as JSON documents. Beside the front door, not in it: <boost/json.hpp> makes
// a file that compiles in 1.4 s (the front door alone, GCC 12 -O1) take 2.4 s.
#include <hawser/core/json.hpp>
#include <hawser/mapping/type_map/json_value.hpp>
