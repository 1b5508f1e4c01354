#include "sqlite/mean.hpp"
#include <hawser/testing/fake_total.hpp>

namespace hawser::detail {

double mean_of_scaled(int128 sum, std::int64_t count, unsigned scale) noexcept {
    return sqlite::nearest_mean(sum, count, scale);
}

} // namespace hawser::detail
