// expect: hawser: erase() of a whole table needs hawser::all_rows
#include <hawser/hawser.hpp>

struct team : hawser::soft_deletable {
    std::int64_t id{};
    std::string name;
};
BOOST_DESCRIBE_STRUCT(team, (hawser::soft_deletable), (id, name))
consteval auto hawser_table(hawser::of<team>) {
    return hawser::table<team>("teams", hawser::primary_key<&team::id>.generated());
}

hawser::task<std::int64_t> f(hawser::database db, std::optional<std::string> name) {
    hawser::repository<team> teams{db};
    auto some = teams.with_deleted().where(hawser::col<&team::name>.equals_if(name));
#ifdef MUST_FAIL
    return some.erase();
#else
    return some.erase(hawser::all_rows);
#endif
}
