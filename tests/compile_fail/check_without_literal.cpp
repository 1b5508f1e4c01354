// expect: hawser: a constant of this type cannot be written into the schema; use SQL text
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    hawser::bytes raw;
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, raw))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things"
#ifdef MUST_FAIL
                                ,
                                hawser::check("things_raw", hawser::col<&thing::raw> == hawser::bytes{})
#else
                                ,
                                hawser::check("things_raw", "length(raw) > 0")
#endif
                                    ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
