#include <hawser/core/error.hpp>
#include <hawser/mapping/expression/converted.hpp>

namespace hawser::detail {

void throw_beyond_column() {
    throw_error(errc::out_of_range, "an integer is beyond the range of its column's type");
}

} // namespace hawser::detail
