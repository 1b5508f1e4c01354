// expect: hawser: a key, index or reference of the entity names a member twice
#include "thing.hpp"

namespace app {

consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things",
#ifdef MUST_FAIL
                                hawser::primary_key<&thing::id, &thing::id>);
#else
                                hawser::primary_key<&thing::id, &thing::size>);
#endif
}

} // namespace app

static_assert(app::checked<app::thing>);
