// expect: hawser::validate: a rule does not go with the member's type
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things"
#ifdef MUST_FAIL
                                ,
                                hawser::validate<&thing::id>(hawser::not_empty)
#endif
                                    ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

const auto validate = &hawser::detail::validate_row<app::thing>;
