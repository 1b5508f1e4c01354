#pragma once
// What values of a domain are.
#include "pgwire/codec/codec.hpp"

namespace hawser::pgwire {

// The type itself, or what a domain is over in the end. Null where that is not known.
[[nodiscard]] inline const type_info* base_of(const type_info& type, const types& known) noexcept {
    const type_info* base = &type;
    for (unsigned level = 0; base != nullptr && base->kind == type_kind::domain; ++level)
        base = level < deepest ? known.find(base->part) : nullptr;
    return base;
}

} // namespace hawser::pgwire
