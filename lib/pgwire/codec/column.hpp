#pragma once
// A column of the server's rows, read as fields of the engine-neutral form.
#include "pgwire/codec/codec.hpp"
#include "pgwire/codec/made_text.hpp"
#include <hawser/core/field_view.hpp>
#include <string_view>

namespace hawser::pgwire {

// How values of one type in one format become fields. It is looked up once per column of a statement; then each value is
// one indirect call, without allocation.
//
//   bool                             boolean
//   int2, int4, int8, oid            int64
//   xid, cid, xid8                   int64; text where it is too small for an xid8
//   float4, float8                   float64
//   numeric                          decimal of its own scale; wide_decimal above 18 digits; text above 38 digits, NaN
//                                    and the infinities
//   text family, enums               text
//   json, jsonb                      json
//   bytea, uuid                      bytes, uuid
//   timestamp, timestamptz           instant; text where hawser::timestamp does not reach, and for the infinities
//   date                             date; text for the infinities
//   interval                         duration; text where it has months
//   domains                          what they are over
//   all others                       text, as the server prints it
//
// The format makes no difference to what comes out.
class column {
public:
    column() = default;
    // `known` outlives it. Empty where values in that format cannot be read, which is so only for binary ones of types
    // without a codec, or with a part that has none: ask for text then.
    column(const type_info& type, const types& known, format f);

    [[nodiscard]] explicit operator bool() const noexcept { return read_ != nullptr; }

    // One value that is not NULL. False: the bytes are no value of the type. What `out` points to lies in `wire` or in
    // `made`.
    [[nodiscard]] bool operator()(std::string_view wire, made_text& made, field_view& out) const {
        return read_(wire, *this, made, out);
    }

    [[nodiscard]] const type_info& type() const noexcept { return *type_; }
    [[nodiscard]] const types& known() const noexcept { return *known_; }
    [[nodiscard]] const codec& codec_used() const noexcept {
        return *codec_;
    } // of types that are made to text

private:
    using reader = bool (*)(std::string_view wire, const column& self, made_text& made, field_view& out);
    friend struct column_readers;

    reader read_ = nullptr;
    const type_info* type_ = nullptr;
    const types* known_ = nullptr;
    const codec* codec_ = nullptr;
};

} // namespace hawser::pgwire
