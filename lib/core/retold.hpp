#pragma once
// Failures with something added: to a copy, since others may hold the same one; and what kind they are.
#include <exception>
#include <hawser/core/errc.hpp>
#include <optional>
#include <string_view>

namespace hawser::detail {

// The work may have been done all the same.
[[nodiscard]] std::exception_ptr executed(std::exception_ptr failure);
// It is the failure of this statement, where it does not tell of one.
// None: it is null. What is no error of ours comes from the caller's own code.
[[nodiscard]] std::optional<errc> kind_of(const std::exception_ptr& failure) noexcept;
[[nodiscard]] std::exception_ptr named(std::exception_ptr failure, std::string_view statement);

} // namespace hawser::detail
