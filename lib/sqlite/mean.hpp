#pragma once
#include <cstdint>
#include <hawser/core/decimal_digits.hpp>

namespace hawser::sqlite {

// The double nearest to sum / 10^scale / count; of two equally near ones the even. count > 0; scale is at most
// max_power_of_ten.
[[nodiscard]] double nearest_mean(detail::int128 sum, std::int64_t count, unsigned scale) noexcept;

} // namespace hawser::sqlite
