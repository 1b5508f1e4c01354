// expect: hawser::references: the member and the key it points to have different types
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
#ifdef MUST_FAIL
    std::string account_id;
#else
    std::int64_t account_id{};
#endif
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, account_id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>,
                                hawser::references<&thing::account_id, account>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
