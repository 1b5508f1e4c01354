// expect: hawser::range: the lower end comes first
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
                                hawser::validate<&thing::lots>(hawser::range(3, 1))
#else
                                ,
                                hawser::validate<&thing::lots>(hawser::range(1, 3))
#endif
                                    ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
