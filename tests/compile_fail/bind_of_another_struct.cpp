// expect: hawser::bind: the member belongs to another struct
#include <hawser/hawser.hpp>
#include "schema.hpp"

namespace app {

struct leg {
    std::int64_t id{};
    std::int64_t account_id{};
    std::string text;
};
BOOST_DESCRIBE_STRUCT(leg, (), (id, account_id, text))
consteval auto hawser_table(hawser::of<leg>) {
    return hawser::table<leg>("legs", hawser::primary_key<&leg::id>);
}

} // namespace app

using app::account;
using app::leg;

void use(hawser::repository<account> accounts, hawser::unit_of_work& uow, const account& a) {
#ifdef MUST_FAIL
    const auto p = uow.insert(a);
    uow.insert(a, hawser::bind<&leg::account_id>(p.id()));
    (void)accounts;
#else
    const auto p = uow.insert(a);
    uow.insert(leg{}, hawser::bind<&leg::account_id>(p.id()));
    (void)accounts;
#endif
}
