// expect: hawser: a key, index or reference of the entity names a member twice
#include "thing.hpp"

namespace app {

consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things",
#ifdef MUST_FAIL
                                hawser::index<&thing::size, &thing::size>, hawser::primary_key<&thing::id>);
#else
                                hawser::index<&thing::size, &thing::place>, hawser::primary_key<&thing::id>);
#endif
}

} // namespace app

static_assert(app::checked<app::thing>);
