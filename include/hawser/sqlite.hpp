#pragma once
// The SQLite driver by itself, for those who want its own settings.
#include <hawser/sqlite/engine.hpp>
#include <hawser/sqlite/settings.hpp>
