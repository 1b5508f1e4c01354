// expect: hawser: this kind of expression cannot be written into the schema; use SQL text
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::string name;
    std::int64_t account_id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name, account_id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>(
        "things"
#ifdef MUST_FAIL
        ,
        hawser::check("things_name",
                      hawser::least(hawser::col<&thing::id>, hawser::col<&thing::account_id>) > 0)
#else
        ,
        hawser::check("things_name", "id > 0 or account_id > 0")
#endif
            ,
        hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
