#pragma once
// Where things lie within the server: tid, a row's place in its table, and pg_lsn, a place in the write-ahead log.
#include <pgwire/codec/codec.hpp>

namespace hawser::pgwire {

// "(block,row)": 32 and 16 bits.
extern const codec tid_codec;
// "16/B374D848": the halves of 64 bits in hex. The binary form is an int8.
extern const codec pg_lsn_codec;

} // namespace hawser::pgwire
