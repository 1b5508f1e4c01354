#pragma once
// The numbers of the built-in types that the driver knows as more than text. They never change: pg_type.dat.
#include "pgwire/types.hpp"

namespace hawser::pgwire::oids {

inline constexpr oid boolean = 16, boolean_array = 1000;
inline constexpr oid bytea = 17, bytea_array = 1001;
inline constexpr oid name = 19;
inline constexpr oid int8 = 20, int8_array = 1016;
inline constexpr oid int2 = 21;
inline constexpr oid int4 = 23;
inline constexpr oid text = 25, text_array = 1009;
inline constexpr oid object = 26; // oid
inline constexpr oid xid = 28, cid = 29, xid8 = 5069;
inline constexpr oid json = 114;
inline constexpr oid float4 = 700;
inline constexpr oid float8 = 701, float8_array = 1022;
inline constexpr oid unknown = 705;
inline constexpr oid bpchar = 1042;
inline constexpr oid varchar = 1043;
inline constexpr oid date = 1082, date_array = 1182;
inline constexpr oid time = 1083;
inline constexpr oid timestamp = 1114;
inline constexpr oid timestamptz = 1184, timestamptz_array = 1185;
inline constexpr oid interval = 1186, interval_array = 1187;
inline constexpr oid timetz = 1266;
inline constexpr oid numeric = 1700, numeric_array = 1231;
inline constexpr oid uuid = 2950, uuid_array = 2951;
inline constexpr oid jsonb = 3802, jsonb_array = 3807;

} // namespace hawser::pgwire::oids
