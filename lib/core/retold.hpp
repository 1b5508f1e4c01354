#pragma once
// Failures with something added: to a copy, since others may hold the same one.
#include <exception>
#include <string_view>

namespace hawser::detail {

// The work may have been done all the same.
[[nodiscard]] std::exception_ptr executed(std::exception_ptr failure);
// It is the failure of this statement, where it does not tell of one.
[[nodiscard]] std::exception_ptr named(std::exception_ptr failure, std::string_view statement);

} // namespace hawser::detail
