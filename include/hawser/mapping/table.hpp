#pragma once
// The table of an entity, put together from its description and checked while compiling.
#include <hawser/mapping/table/checked.hpp>
#include <hawser/mapping/table/constraints.hpp>
#include <hawser/mapping/table/key.hpp>
#include <hawser/mapping/table/meta.hpp>
#include <hawser/mapping/table/name.hpp>
