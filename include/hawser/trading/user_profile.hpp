#pragma once
// What a user is shown, and how far the user goes.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/expression.hpp>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <hawser/trading/amounts.hpp>
#include <hawser/trading/user.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

enum class risk_tolerance : unsigned char { low, medium, high };
BOOST_DESCRIBE_ENUM(risk_tolerance, low, medium, high)
consteval auto hawser_words(of<risk_tolerance>) {
    return stored_as<risk_tolerance>("LOW", "MEDIUM", "HIGH");
}

struct user_profile : timestamps {
    std::int64_t id{};
    std::int64_t user_id{}; // one profile each
    std::optional<std::string> display_name;
    std::string base_currency = "USD"; // what totals are shown in
    std::string time_zone = "UTC";     // what times are shown in, an IANA name
    trading::risk_tolerance risk_tolerance = trading::risk_tolerance::medium;
    std::optional<money_t> max_position; // largest worth of one position; none: no limit
};
BOOST_DESCRIBE_STRUCT(user_profile, (timestamps),
                      (id, user_id, display_name, base_currency, time_zone, risk_tolerance, max_position))

consteval auto hawser_table(of<user_profile>) {
    return table<user_profile>(
        "user_profiles", primary_key<&user_profile::id>.generated(),
        unique<&user_profile::user_id>.named("user_profiles_user_id_uq"),
        references<&user_profile::user_id, user>.on_delete(cascade).named("user_profiles_user_id_fk"),
        check("user_profiles_max_position_positive", col<&user_profile::max_position> > 0),
        validate<&user_profile::display_name>(not_empty, max_length(100)),
        validate<&user_profile::base_currency>(not_empty, max_length(10)),
        validate<&user_profile::time_zone>(not_empty, max_length(50)));
}

} // namespace hawser::trading
