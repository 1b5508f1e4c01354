#pragma once
// What somebody should look at.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/table.hpp>
#include <hawser/mapping/validators.hpp>
#include <optional>
#include <string>

namespace hawser::trading {

enum class alert_severity : unsigned char { info, warning, critical, emergency };
BOOST_DESCRIBE_ENUM(alert_severity, info, warning, critical, emergency)
consteval auto hawser_words(of<alert_severity>) {
    return stored_as<alert_severity>("INFO", "WARNING", "CRITICAL", "EMERGENCY");
}

struct alert : timestamps {
    std::int64_t id{};
    std::string type; // "risk.drawdown"
    alert_severity severity{};
    std::string message;
    std::string source; // who raised it
    timestamp at{};
    bool resolved{};
    std::optional<std::string> resolution;
    std::optional<timestamp> resolved_at;
};
BOOST_DESCRIBE_STRUCT(alert, (timestamps),
                      (id, type, severity, message, source, at, resolved, resolution, resolved_at))

consteval auto hawser_table(of<alert>) {
    return table<alert>("alerts", primary_key<&alert::id>.generated(),
                        index<&alert::resolved, &alert::at>.named("idx_alerts_resolved_at"),
                        index<&alert::severity, &alert::at>.named("idx_alerts_severity"),
                        validate<&alert::type>(not_empty, max_length(50)),
                        validate<&alert::message>(not_empty),
                        validate<&alert::source>(not_empty, max_length(50)));
}

} // namespace hawser::trading
