// expect: hawser: load_related<> goes along a member that hawser::references<..> declares
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

namespace app {

struct leg {
    std::int64_t id{};
    std::int64_t account_id{};
    std::string text;
};
BOOST_DESCRIBE_STRUCT(leg, (), (id, account_id, text))
consteval auto hawser_table(hawser::of<leg>) {
    return hawser::table<leg>("legs", hawser::primary_key<&leg::id>,
                              hawser::references<&leg::account_id, account>);
}

} // namespace app

using app::leg;

void use(hawser::database& db, const std::vector<account>& rows) {
#ifdef MUST_FAIL
    (void)hawser::load_related<leg, &leg::id>(db, rows);
#else
    (void)hawser::load_related<leg, &leg::account_id>(db, rows);
#endif
}
