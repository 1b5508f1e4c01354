#pragma once
// money: https://www.postgresql.org/docs/15/datatype-money.html
#include <pgwire/codec/codec.hpp>

namespace hawser::pgwire {

// The binary form is an int8, the amount in the smallest unit that lc_monetary knows. Text depends on lc_monetary, which
// no client is told: this is that of the locale C, two digits behind the point, "-$1,234.56". Read are also a plus, a
// missing dollar sign, missing commas, fewer digits around the point, and parentheses for a minus. Only for those who
// know that the server's is such: codec_of() does not choose it, and money travels as the server's text.
extern const codec money_codec;

} // namespace hawser::pgwire
