#pragma once
// bytea: https://www.postgresql.org/docs/15/datatype-binary.html
#include <pgwire/codec/codec.hpp>

namespace hawser::pgwire {

// Its binary form is itself. Text is "\x0a1b"; the escape form of older servers is read too: "\012\\a".
extern const codec bytea_codec;

} // namespace hawser::pgwire
