// expect: hawser::validate_row: the rule is not for rows of this entity
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>,
#ifdef MUST_FAIL
                                hawser::validate_row("x", "y", [](const account& a) { return a.id > 0; })
#else
                                hawser::validate_row("x", "y", [](const thing& t) { return t.id > 0; })
#endif
    );
}

} // namespace app

const auto validate = &hawser::detail::validate_row<app::thing>;
