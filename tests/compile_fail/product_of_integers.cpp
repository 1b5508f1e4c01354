// expect: hawser: multiply_rounded() of operands is for decimals
#include <cstdint>
#include <hawser/mapping/expression.hpp>

struct lot {
    std::int64_t rank{};
    hawser::decimal<18, 8> price{}, size{};
    hawser::decimal<38, 8> total{};
};
using money = hawser::decimal<18, 4>;
using hawser::col;

#ifdef MUST_FAIL
[[maybe_unused]] const auto worth = hawser::multiply_rounded<money>(col<&lot::price>, col<&lot::rank>);
#else
[[maybe_unused]] const auto worth = hawser::multiply_rounded<money>(col<&lot::price>, col<&lot::size>);
#endif
