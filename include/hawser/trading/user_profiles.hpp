#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/user_profile.hpp>
#include <optional>

namespace hawser::trading {

class user_profile_repository : public repository<user_profile> {
public:
    using repository::repository;

    [[nodiscard]] task<std::optional<user_profile>> by_user(std::int64_t user_id) const;
};

} // namespace hawser::trading
