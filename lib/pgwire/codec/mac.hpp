#pragma once
// macaddr, macaddr8: https://www.postgresql.org/docs/15/datatype-net-types.html#DATATYPE-MACADDR
#include <pgwire/codec/codec.hpp>

namespace hawser::pgwire {

// Six and eight bytes, "08:00:2b:01:02:03". Read are also "08-00-2b-01-02-03", "08002b:010203", "08002b-010203",
// "0800.2b01.0203", "0800-2b01-0203" and "08002b010203"; of eight bytes, marks of one kind anywhere between them, and six
// bytes, with ff:fe put into their middle.
extern const codec macaddr_codec;
extern const codec macaddr8_codec;

} // namespace hawser::pgwire
