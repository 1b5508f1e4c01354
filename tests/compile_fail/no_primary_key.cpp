// expect: hawser: an entity has exactly one hawser::primary_key<..>
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things"
#ifndef MUST_FAIL
                                ,
                                hawser::primary_key<&thing::id>
#endif
    );
}

} // namespace app

static_assert(app::checked<app::thing>);
