// expect: hawser: uow.run takes a function of hawser::transaction& that returns hawser::task<>
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;

void use(hawser::repository<account> accounts, hawser::unit_of_work& uow) {
#ifdef MUST_FAIL
    uow.run([](hawser::transaction&) {});
    (void)accounts;
#else
    uow.run([](hawser::transaction&) -> hawser::task<> { co_return; });
    (void)accounts;
#endif
}
