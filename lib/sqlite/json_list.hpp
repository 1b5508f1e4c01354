#pragma once
// A list parameter as the JSON array that json_each() of SQLite reads.
#include <hawser/core/field_view.hpp>
#include <span>
#include <string>

namespace hawser::sqlite {

// Text is text, numbers and times are numbers, what is stored as BLOB is hex digits for blob_of(). NaN equals nothing
// and is left out. Throws unsupported for text with a zero byte, at which SQLite would end it.
[[nodiscard]] std::string json_of_list(std::span<const field_view> values);

} // namespace hawser::sqlite
