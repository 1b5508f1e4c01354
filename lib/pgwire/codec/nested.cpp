#include "pgwire/codec/nested.hpp"
#include "pgwire/codec/array.hpp"
#include "pgwire/codec/composite.hpp"
#include "pgwire/codec/domain.hpp"
#include "pgwire/codec/multirange.hpp"
#include "pgwire/codec/range.hpp"
#include <algorithm>

namespace hawser::pgwire {
namespace {

constexpr oid record = 2249;

// Goes through the types that one is made of; gives up after so many, since types of types may be very many.
class survey {
public:
    explicit survey(const types& known) noexcept : known_(known) {}

    bool is_readable(const type_info* type, unsigned level) noexcept {
        if (!type || level > deepest || left_ == 0) return false;
        --left_;
        switch (type->kind) {
        case type_kind::array:
        case type_kind::domain:
        case type_kind::range:
        case type_kind::multirange: return is_readable(known_.find(type->part), level + 1);
        case type_kind::composite:
            return std::ranges::all_of(type->attributes, [&](const type_info::attribute& a) {
                return is_readable(known_.find(a.type), level + 1);
            });
        case type_kind::pseudo: return type->id != record && codec_of(*type);
        case type_kind::enumerated:
        case type_kind::base: return codec_of(*type);
        }
        return false;
    }

private:
    const types& known_;
    unsigned left_ = 10'000;
};

} // namespace

bool nested_to_text(std::string_view binary, oid type, const nesting& at, std::string& out) {
    const type_info* const t = at.known.find(type);
    if (!t || at.level > deepest) return false;
    switch (t->kind) {
    case type_kind::array: return array_to_text(binary, *t, at, out);
    case type_kind::range: return range_to_text(binary, *t, at, out);
    case type_kind::multirange: return multirange_to_text(binary, *t, at, out);
    case type_kind::composite: return composite_to_text(binary, *t, at, out);
    case type_kind::domain: return domain_to_text(binary, *t, at, out);
    case type_kind::pseudo:
        if (t->id == record) return composite_to_text(binary, *t, at, out);
        break;
    case type_kind::enumerated:
    case type_kind::base: break;
    }
    const codec* const c = codec_of(*t);
    return c && c->to_text(binary, *t, at.known, out) && out.size() <= at.most_text;
}

bool nested_to_binary(std::string_view text, oid type, const nesting& at, output& out) {
    const type_info* const t = at.known.find(type);
    if (!t || at.level > deepest) return false;
    switch (t->kind) {
    case type_kind::array: return array_to_binary(text, *t, at, out);
    case type_kind::range: return range_to_binary(text, *t, at, out);
    case type_kind::multirange: return multirange_to_binary(text, *t, at, out);
    case type_kind::composite: return composite_to_binary(text, *t, at, out);
    case type_kind::domain: return domain_to_binary(text, *t, at, out);
    case type_kind::pseudo:
    case type_kind::enumerated:
    case type_kind::base: break;
    }
    const codec* const c = codec_of(*t);
    return c && c->to_binary(text, *t, at.known, out);
}

const codec* container_codec(const type_info& type) noexcept {
    switch (type.kind) {
    case type_kind::array: return &array_codec;
    case type_kind::range: return &range_codec;
    case type_kind::multirange: return &multirange_codec;
    case type_kind::composite: return &composite_codec;
    case type_kind::domain: return &domain_codec;
    case type_kind::pseudo: return type.id == record ? &composite_codec : nullptr;
    case type_kind::enumerated:
    case type_kind::base: break;
    }
    return nullptr;
}

bool has_binary_form(const type_info& type, const types& known) noexcept {
    return survey(known).is_readable(&type, 0);
}

} // namespace hawser::pgwire
