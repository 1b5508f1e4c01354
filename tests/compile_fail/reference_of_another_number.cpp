// expect: hawser::references: the members and the key they point to differ in number
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
        "things",
#ifdef MUST_FAIL
        hawser::references<hawser::members<&thing::account_id, &thing::name>, account>,
#else
        hawser::references<&thing::account_id, account>,
#endif
        hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto script = hawser::create_sqlite<app::thing>;
