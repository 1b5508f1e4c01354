// The one function of uuid that reads a clock, which core does not.
#include <hawser/core/uuid.hpp>

namespace hawser {

uuid uuid::v7() {
    return v7(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

} // namespace hawser
