#include "pgwire/codec/codec.hpp"
#include "pgwire/codec/bits.hpp"
#include "pgwire/codec/boolean.hpp"
#include "pgwire/codec/bytea.hpp"
#include "pgwire/codec/date.hpp"
#include "pgwire/codec/integers.hpp"
#include "pgwire/codec/interval.hpp"
#include "pgwire/codec/json.hpp"
#include "pgwire/codec/mac.hpp"
#include "pgwire/codec/nested.hpp"
#include "pgwire/codec/network.hpp"
#include "pgwire/codec/numeric.hpp"
#include "pgwire/codec/positions.hpp"
#include "pgwire/codec/reals.hpp"
#include "pgwire/codec/text.hpp"
#include "pgwire/codec/time.hpp"
#include "pgwire/codec/timestamp.hpp"
#include "pgwire/codec/uuid.hpp"
#include "pgwire/codec/vector.hpp"

namespace hawser::pgwire {
namespace {

// By the numbers of pg_type.dat, which never change. Not here, so that they travel as text: the reg... types, whose text
// is a name that only the server knows; money, whose text depends on a setting that only the server knows; the geometric
// types; tsvector and tsquery.
const codec* codec_of_base(oid id) noexcept {
    switch (id) {
    case 16: return &bool_codec;
    case 17: return &bytea_codec;
    case 18: return &char_codec;
    case 19: return &name_codec;
    case 20: return &int8_codec;
    case 21: return &int2_codec;
    case 22: return &int2vector_codec;
    case 23: return &int4_codec;
    case 25:   // text
    case 142:  // xml
    case 705:  // unknown
    case 1042: // bpchar
    case 1043: // varchar
    case 1790: // refcursor
    case 2275: // cstring
        return &text_codec;
    case 26: return &oid_codec;
    case 27: return &tid_codec;
    case 28: // xid
    case 29: // cid
        return &xid_codec;
    case 30: return &oidvector_codec;
    case 114: return &json_codec;
    case 650: return &cidr_codec;
    case 700: return &float4_codec;
    case 701: return &float8_codec;
    case 774: return &macaddr8_codec;
    case 829: return &macaddr_codec;
    case 869: return &inet_codec;
    case 1082: return &date_codec;
    case 1083: return &time_codec;
    case 1114: return &timestamp_codec;
    case 1184: return &timestamptz_codec;
    case 1186: return &interval_codec;
    case 1266: return &timetz_codec;
    case 1560: // bit
    case 1562: // varbit
        return &bits_codec;
    case 1700: return &numeric_codec;
    case 2278: return &void_codec;
    case 2950: return &uuid_codec;
    case 3220: return &pg_lsn_codec;
    case 3802: return &jsonb_codec;
    case 4072: return &jsonpath_codec;
    case 5069: return &xid8_codec;
    default: return nullptr;
    }
}

} // namespace

const codec* codec_of(const type_info& type) noexcept {
    if (const codec* const made_of_others = container_codec(type)) return made_of_others;
    return type.kind == type_kind::enumerated ? &name_codec : codec_of_base(type.id);
}

} // namespace hawser::pgwire
