// expect: hawser: an entity of this test database references one that is not named beside it
#include <hawser/testing/database.hpp>
#include <string>

namespace app {

struct team {
    std::int64_t id{};
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(team, (), (id, name))
consteval auto hawser_table(hawser::of<team>) {
    return hawser::table<team>("teams", hawser::primary_key<&team::id>.generated());
}
struct player {
    std::int64_t id{}, team_id{};
};
BOOST_DESCRIBE_STRUCT(player, (), (id, team_id))
consteval auto hawser_table(hawser::of<player>) {
    return hawser::table<player>("players", hawser::primary_key<&player::id>.generated(),
                                 hawser::references<&player::team_id, team>);
}

} // namespace app

hawser::task<> use() {
#ifdef MUST_FAIL
    const hawser::database db = co_await hawser::testing::memory_database<app::player>();
#else
    const hawser::database db = co_await hawser::testing::memory_database<app::player, app::team>();
#endif
    co_await db.close();
}
