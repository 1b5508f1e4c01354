#pragma once
// Who trades.
#include <boost/describe/class.hpp>
#include <cstdint>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <string>

namespace hawser::trading {

struct user : timestamps, audited {
    std::int64_t id{};
    std::string username;      // unique, case counts
    std::string email;         // unique, as it was given
    std::string password_hash; // made by the caller: hash and salt in one text, never the password
    bool is_active = true;     // false: may not log in; what belongs to the user stays
};
BOOST_DESCRIBE_STRUCT(user, (timestamps, audited), (id, username, email, password_hash, is_active))

consteval auto hawser_table(of<user>) {
    return table<user>(
        "users", primary_key<&user::id>.generated(), unique<&user::username>.named("users_username_uq"),
        unique<&user::email>.named("users_email_uq"),
        index<&user::is_active, &user::username>.named("idx_users_active"),
        validate<&user::username>(not_empty, max_length(50)), validate<&user::email>(email, max_length(254)),
        validate<&user::password_hash>(not_empty));
}

} // namespace hawser::trading
