#include <hawser/trading/user_profiles.hpp>

namespace hawser::trading {

task<std::optional<user_profile>> user_profile_repository::by_user(std::int64_t user_id) const {
    return where(col<&user_profile::user_id> == user_id).first();
}

} // namespace hawser::trading
