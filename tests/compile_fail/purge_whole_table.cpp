// expect: hawser: purge() of a whole table needs hawser::all_rows
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

namespace app {

struct mark : hawser::soft_deletable {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(mark, (hawser::soft_deletable), (id))
consteval auto hawser_table(hawser::of<mark>) {
    return hawser::table<mark>("marks", hawser::primary_key<&mark::id>);
}

} // namespace app

using app::mark;

void use(hawser::repository<mark> marks) {
#ifdef MUST_FAIL
    (void)marks.query().purge();
#else
    (void)marks.where(col<&mark::id> == 1).purge();
#endif
}
