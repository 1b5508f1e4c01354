#include "trading/changed.hpp"
#include <hawser/trading/users.hpp>

namespace hawser::trading {

task<std::optional<user>> user_repository::by_username(std::string username) const {
    return where(col<&user::username> == std::move(username)).first();
}

task<std::optional<user>> user_repository::by_email(std::string email) const {
    return where(col<&user::email> == std::move(email)).first();
}

task<std::vector<user>> user_repository::active(std::int64_t limit) const {
    return where(col<&user::is_active> == true).order_by(asc<&user::username>).limit(limit).all();
}

task<bool> user_repository::deactivate(std::int64_t id) const {
    return any_changed(
        where(col<&user::id> == id && col<&user::is_active> == true).update(set<&user::is_active>(false)));
}

} // namespace hawser::trading
