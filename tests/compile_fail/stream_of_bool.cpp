// expect: hawser: a stream of bool has no rows to point to; select an integer
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

namespace app {

struct flag {
    std::int64_t id{};
    bool up{};
};
BOOST_DESCRIBE_STRUCT(flag, (), (id, up))
consteval auto hawser_table(hawser::of<flag>) {
    return hawser::table<flag>("flags", hawser::primary_key<&flag::id>);
}

} // namespace app

using app::flag;

void use(hawser::repository<flag> flags) {
#ifdef MUST_FAIL
    (void)flags.select<bool>(col<&flag::up>).stream();
#else
    (void)flags.select<std::int64_t>(col<&flag::id>).stream();
#endif
}
