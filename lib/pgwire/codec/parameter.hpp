#pragma once
// Bound values, written as the server wants them.
#include "pgwire/codec/codec.hpp"
#include "pgwire/output.hpp"
#include "pgwire/types.hpp"
#include <hawser/core/field_view.hpp>

namespace hawser::pgwire {

// The type that a value is declared as, where its statement does not say: that of its mapping. A list is the array of
// its element's. 0, for the server to find out: NULL, and lists whose element is not known.
[[nodiscard]] oid parameter_type(const field_view& field) noexcept;

// Appends a length and the binary form that `wanted` has for the value; -1 for NULL, whatever is wanted.
//
//   boolean                 bool
//   int64                   int2, int4, int8, oid, xid, cid, xid8, numeric, and float4, float8 where they hold it
//                           exactly
//   float64                 float8, and float4, rounded as every real is
//   text                    the text family, enums, json and jsonb as they are; all other types as their codec reads it
//   json                    json, jsonb and the text family
//   bytes, uuid             bytea, uuid
//   decimal, wide_decimal   numeric
//   instant                 timestamptz, timestamp
//   date, duration          date, interval
//   list                    one-dimensional arrays of what its fields may be
//
// and domains over these. Nothing is cut: what does not fit the type throws out_of_range, what has no form in it
// type_mismatch. Where `wanted` is a type whose binary form is not known it throws unsupported: then the value may go in
// text form. `out` may have grown where it throws.
void encode_parameter(output& out, const field_view& field, oid wanted, const types& known);

// Appends a length and the text form, for a parameter whose type the server finds out. Throws out_of_range for a date or
// a time that the server does not have.
void encode_parameter_text(output& out, const field_view& field);

} // namespace hawser::pgwire
