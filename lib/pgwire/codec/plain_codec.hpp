#pragma once
// The codec of a type whose values have a plain form of their own, with decode, encode, parse and print.
#include "pgwire/codec/codec.hpp"
#include <string>
#include <string_view>

namespace hawser::pgwire {

template <class Value, std::size_t LongestText>
inline constexpr codec plain_codec{
    [](std::string_view binary, const type_info&, const types&, std::string& out) {
        Value v{};
        if (!decode(binary, v)) return false;
        char text[LongestText];
        out.append(text, print(text, v));
        return true;
    },
    [](std::string_view text, const type_info&, const types&, output& out) {
        Value v{};
        if (!parse(text, v)) return false;
        encode(out, v);
        return true;
    }};

} // namespace hawser::pgwire
