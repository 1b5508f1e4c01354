// expect: hawser::references: on_delete(set_null) needs a member that is optional
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
#ifdef MUST_FAIL
    std::int64_t account_id{};
#else
    std::optional<std::int64_t> account_id;
#endif
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, account_id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>,
                                hawser::references<&thing::account_id, account>.on_delete(hawser::set_null));
}

} // namespace app

static_assert(app::checked<app::thing>);
