// expect: hawser: the condition of a check or an index names a column of another entity
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things"
#ifdef MUST_FAIL
                                ,
                                hawser::check("things_id", hawser::col<&account::id> > 0)
#endif
                                    ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
