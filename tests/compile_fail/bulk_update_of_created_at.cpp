// expect: hawser: bulk_update<> does not set what the framework writes: created_at, row_version, ..
#include <hawser/hawser.hpp>
#include "schema.hpp"

namespace app {

struct thing : hawser::timestamps, hawser::versioned {
    std::int64_t id{};
    std::string name;
};
BOOST_DESCRIBE_STRUCT(thing, (hawser::timestamps, hawser::versioned), (id, name))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

void use(hawser::repository<app::thing> things, std::vector<app::thing>& rows) {
#ifdef MUST_FAIL
    (void)things.bulk_update<&app::thing::created_at>(rows);
#else
    (void)things.bulk_update<&app::thing::name>(rows);
#endif
}
