// expect: hawser::default_: a constant of this type cannot be written into the schema; use hawser::sql_default
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
                                hawser::default_<&thing::raw>(hawser::bytes{})
#else
                                ,
                                hawser::default_<&thing::raw>(hawser::sql_default("x'00'", "'\\x00'"))
#endif
                                    ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
