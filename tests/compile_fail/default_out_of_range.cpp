// expect: hawser::default_: the member cannot hold this number
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::int32_t lots{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, lots))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things"
#ifdef MUST_FAIL
                                ,
                                hawser::default_<&thing::lots>(3000000000)
#else
                                ,
                                hawser::default_<&thing::lots>(3)
#endif
                                    ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
