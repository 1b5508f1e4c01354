#pragma once
#include <cstdint>
#include <hawser/db/repository.hpp>
#include <hawser/trading/friction.hpp>
#include <hawser/trading/team.hpp>
#include <optional>
#include <tuple>

namespace hawser::trading {

class friction_repository : public repository<friction> {
public:
    using repository::repository;

    // Keeps the friction of its two teams; what was known before is replaced. The row is written back as it is
    // stored. For many at once: bulk_upsert. Throws foreign_key_violation where a team is missing.
    [[nodiscard]] task<void> track(friction& row) const;
    // With the team at home and the other one, in one statement. Empty: nothing is known of these two.
    [[nodiscard]] task<std::optional<std::tuple<friction, team, team>>> get_friction(
        std::int64_t home_id, std::int64_t away_id) const;
};

} // namespace hawser::trading
