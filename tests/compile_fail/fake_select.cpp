// expect: hawser: a fake_repository has no select<>() and no groups; use a database in memory
#include <hawser/hawser.hpp>
#include "schema.hpp"
#include <hawser/testing/fake_repository.hpp>

using app::account;
using hawser::col;

void use(hawser::testing::fake_repository<account>& accounts) {
#ifdef MUST_FAIL
    (void)accounts.where(col<&account::rank> > 1).select<std::int32_t>(col<&account::rank>).all();
#else
    (void)accounts.where(col<&account::rank> > 1).pluck<&account::rank>();
#endif
}
