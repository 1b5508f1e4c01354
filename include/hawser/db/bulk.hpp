#pragma once
// Many rows in one call.
#include <hawser/db/bulk/copy_in.hpp>
#include <hawser/db/bulk/erase.hpp>
#include <hawser/db/bulk/insert.hpp>
#include <hawser/db/bulk/options.hpp>
#include <hawser/db/bulk/update.hpp>
#include <hawser/db/bulk/upsert.hpp>
