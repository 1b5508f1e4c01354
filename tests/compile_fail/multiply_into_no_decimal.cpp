// expect: hawser: multiply_rounded<D>: D is a hawser::decimal
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

namespace app {

struct big {
    std::int64_t id{};
    hawser::decimal<38, 10> amount;
    hawser::decimal<18, 2> price;
};
BOOST_DESCRIBE_STRUCT(big, (), (id, amount, price))
consteval auto hawser_table(hawser::of<big>) {
    return hawser::table<big>("bigs", hawser::primary_key<&big::id>);
}

} // namespace app

using app::big;

void use() {
#ifdef MUST_FAIL
    (void)hawser::multiply_rounded<double>(col<&big::price>, col<&big::price>);
#else
    (void)hawser::multiply_rounded<hawser::decimal<18, 2>>(col<&big::price>, col<&big::price>);
#endif
}
