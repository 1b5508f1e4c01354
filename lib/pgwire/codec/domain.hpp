#pragma once
// Domains, whose values are those of their base type: https://www.postgresql.org/docs/15/domains.html
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/nested.hpp>
#include <string>
#include <string_view>

namespace hawser::pgwire {

[[nodiscard]] bool domain_to_text(std::string_view binary, const type_info& type, const nesting& at,
                                  std::string& out);
[[nodiscard]] bool domain_to_binary(std::string_view text, const type_info& type, const nesting& at,
                                    output& out);

extern const codec domain_codec;

} // namespace hawser::pgwire
