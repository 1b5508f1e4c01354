#include <hawser/core/error.hpp>
#include <hawser/mapping/type_map/time.hpp>

namespace hawser::detail {

void throw_no_date() {
    throw_error(errc::out_of_range, "a date is none of the calendar");
}

void throw_beyond_microseconds() {
    throw_error(errc::out_of_range, "a time or duration is beyond 64 bits of microseconds");
}

} // namespace hawser::detail
