#pragma once
// From SQLSTATE to Hawser's kinds.
#include <hawser/core/errc.hpp>
#include <string_view>

namespace hawser::postgres {

// The kind of a failed statement's code. A code that PostgreSQL 15 does not have is of its class's kind; one of an unknown
// class was made by a function or a trigger of the application, and refuses as one: check_violation.
[[nodiscard]] errc kind_of(std::string_view sqlstate) noexcept;

// The same for a connection that is being made: connect_failed unless it is known better.
[[nodiscard]] errc kind_of_start_up(std::string_view sqlstate) noexcept;

} // namespace hawser::postgres
