#pragma once
// The front door.
#include <hawser/core/decimal.hpp>
#include <hawser/core/error.hpp>
#include <hawser/core/json_text.hpp>
#include <hawser/core/timestamp.hpp>
#include <hawser/db/database.hpp>
#include <hawser/db/outcome.hpp>
#include <hawser/db/repository.hpp>
#include <hawser/db/run.hpp>
#include <hawser/db/unit_of_work.hpp>
#include <hawser/mapping/ddl.hpp>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/observe/observer.hpp>
