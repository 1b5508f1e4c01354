#pragma once
// What COPY begins with, the same in CopyInResponse, CopyOutResponse and CopyBothResponse.
#include "pgwire/format.hpp"
#include "pgwire/list.hpp"
#include <string_view>

namespace hawser::pgwire {

struct copy_formats {
    format whole = format::text; // text: lines of separated columns
    format_list columns{};       // all text where the whole is
};

[[nodiscard]] bool read(std::string_view body, copy_formats& to) noexcept;

} // namespace hawser::pgwire
