// expect: hawser: multiply_rounded<D>: D is as wide as its operands
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
[[maybe_unused]] const auto worth = hawser::multiply_rounded<money>(col<&lot::total>, col<&lot::size>);
#else
[[maybe_unused]] const auto worth = hawser::multiply_rounded<money>(col<&lot::price>, col<&lot::size>);
#endif
