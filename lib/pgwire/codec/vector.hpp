#pragma once
// oidvector and int2vector, of the system tables: arrays in binary form, numbers parted by spaces in text.
#include <pgwire/codec/codec.hpp>

namespace hawser::pgwire {

// The server takes no empty ones in binary form, though it sends them.
extern const codec oidvector_codec;
extern const codec int2vector_codec;

} // namespace hawser::pgwire
