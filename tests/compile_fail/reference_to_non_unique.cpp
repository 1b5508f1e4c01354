// expect: hawser::references: what it points to is neither the other entity's key nor a unique of it
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::string name;
    std::int64_t account_id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name, account_id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things",
#ifdef MUST_FAIL
                                hawser::references<&thing::name, account, &account::note>,
#else
                                hawser::references<&thing::name, account, &account::owner>,
#endif
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto script = hawser::create_sqlite<app::thing>;
