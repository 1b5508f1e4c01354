#pragma once
// GCC 12 destroys some temporaries inside a co_await expression twice: aggregates and closures with a part that
// has a destructor. Calls that would take one are refused while compiling.
#include <boost/config.hpp>
#include <type_traits>

namespace hawser::detail {

#if defined(BOOST_GCC) && BOOST_GCC < 130000
inline constexpr bool compiler_destroys_twice = true;
#else
inline constexpr bool compiler_destroys_twice = false;
#endif

// U as deduced by a forwarding reference: not a reference means a temporary (or a moved object).
template <class U>
concept hazardous = compiler_destroys_twice && !std::is_lvalue_reference_v<U> &&
                    !std::is_trivially_destructible_v<std::remove_reference_t<U>>;

template <class>
inline constexpr bool never = false;

} // namespace hawser::detail
