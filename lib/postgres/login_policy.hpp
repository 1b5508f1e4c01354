#pragma once
#include "pgwire/auth/policy.hpp"
#include <hawser/postgres/settings.hpp>

namespace hawser::postgres {

// Which logins are taken at that server. What is said on a unix socket nobody overhears, so a password may be said there
// as it is.
[[nodiscard]] pgwire::auth_policy login_policy(const settings& s, const endpoint& e) noexcept;

} // namespace hawser::postgres
