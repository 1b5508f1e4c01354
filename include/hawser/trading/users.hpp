#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/user.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hawser::trading {

class user_repository : public repository<user> {
public:
    using repository::repository;

    [[nodiscard]] task<std::optional<user>> by_username(std::string username) const;
    [[nodiscard]] task<std::optional<user>> by_email(std::string email) const;
    // By username, at most `limit`.
    [[nodiscard]] task<std::vector<user>> active(std::int64_t limit = 100) const;
    // False: no such user, or one that was deactivated before.
    [[nodiscard]] task<bool> deactivate(std::int64_t id) const;
};

} // namespace hawser::trading
