// expect: hawser: the name of a table, column, constraint or index has more than 63 bytes
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::string name_of_the_thing_that_takes_a_while_to_read;
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name_of_the_thing_that_takes_a_while_to_read))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things_with_long_names", hawser::primary_key<&thing::id>,
                                hawser::unique<&thing::name_of_the_thing_that_takes_a_while_to_read>
#ifndef MUST_FAIL
                                    .named("things_name_key")
#endif
    );
}

} // namespace app

static_assert(app::checked<app::thing>);
