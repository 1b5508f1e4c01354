#pragma once
// The PostgreSQL driver by itself, for those who want its own settings.
#include <hawser/postgres/engine.hpp>
#include <hawser/postgres/settings.hpp>
