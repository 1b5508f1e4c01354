#pragma once
// Failures with something added: to a copy, since others may hold the same one; and what kind they are.
#include <cstddef>
#include <exception>
#include <hawser/core/errc.hpp>
#include <memory>
#include <optional>
#include <string_view>

namespace hawser::detail {

// The work may have been done all the same.
[[nodiscard]] std::exception_ptr executed(std::exception_ptr failure);
// It may have been, within this transaction.
[[nodiscard]] std::exception_ptr executed_within(std::exception_ptr failure,
                                                 const std::weak_ptr<const void>& transaction);
// That one was rolled back: nothing of what failed within it is stored.
[[nodiscard]] std::exception_ptr undone_within(std::exception_ptr failure,
                                               const std::weak_ptr<const void>& transaction);
// It is that of this statement of its unit, or of none.
[[nodiscard]] std::exception_ptr at_statement(std::exception_ptr failure, std::optional<std::size_t> index);
// It is the failure of this statement, where it does not tell of one.
[[nodiscard]] std::exception_ptr named(std::exception_ptr failure, std::string_view statement);
// None: it is null. What is no error of ours comes from the caller's own code.
[[nodiscard]] std::optional<errc> kind_of(const std::exception_ptr& failure) noexcept;

} // namespace hawser::detail
