#pragma once
// Predicates and values over columns: the structure is in the type, so the text is static; values ride along.
#include <hawser/mapping/expression/aggregate.hpp>
#include <hawser/mapping/expression/arithmetic.hpp>
#include <hawser/mapping/expression/assignment.hpp>
#include <hawser/mapping/expression/coalesce.hpp>
#include <hawser/mapping/expression/column.hpp>
#include <hawser/mapping/expression/compare.hpp>
#include <hawser/mapping/expression/concat.hpp>
#include <hawser/mapping/expression/extreme.hpp>
#include <hawser/mapping/expression/joined.hpp>
#include <hawser/mapping/expression/logic.hpp>
#include <hawser/mapping/expression/methods.hpp>
#include <hawser/mapping/expression/ordering.hpp>
#include <hawser/mapping/expression/product.hpp>
#include <hawser/mapping/expression/when.hpp>
