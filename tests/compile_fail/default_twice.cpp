// expect: hawser::default_: a member of the entity has two
#include "thing.hpp"

namespace app {

consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things",
#ifdef MUST_FAIL
                                hawser::default_<&thing::size>(1), hawser::default_<&thing::size>(2),
                                hawser::primary_key<&thing::id>);
#else
                                hawser::default_<&thing::size>(1), hawser::default_<&thing::place>(2),
                                hawser::primary_key<&thing::id>);
#endif
}

} // namespace app

static_assert(app::checked<app::thing>);
