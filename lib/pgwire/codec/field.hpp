#pragma once
// The bridge between values on the wire and hawser::field_view: out in parameters, in from columns.
#include "pgwire/codec/column.hpp"
#include "pgwire/codec/parameter.hpp"
