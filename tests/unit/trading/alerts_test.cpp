#include "fixture.hpp"

using namespace pack;

namespace {

alert alert_at(hawser::timestamp at) {
    alert a;
    a.type = "risk.drawdown";
    a.severity = alert_severity::critical;
    a.message = "drawdown beyond 5 %";
    a.source = "risk";
    a.at = at;
    return a;
}

} // namespace

TEST_CASE("an alert is resolved once, with what was done and when") {
    on_desk(
        [](const desk& d, const hawser::database&) -> task<> {
            alert a = alert_at(noon);
            co_await d.alerts.insert(a);
            const bool first = co_await d.alerts.resolve(a.id, "position halved");
            const bool again = co_await d.alerts.resolve(a.id, "nothing");
            const bool missing = co_await d.alerts.resolve(a.id + 1, "nothing");
            REQUIRE(first);
            REQUIRE_FALSE(again);
            REQUIRE_FALSE(missing);
            const alert stored = co_await d.alerts.get(a.id);
            REQUIRE(stored.resolved);
            REQUIRE(stored.resolution == "position halved");
            REQUIRE(stored.resolved_at == noon);
        },
        at_noon());
}

TEST_CASE("unresolved alerts are listed, the latest first") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        alert early = alert_at(noon - std::chrono::hours(1));
        alert late = alert_at(noon);
        alert done = alert_at(noon);
        co_await d.alerts.insert(late);
        co_await d.alerts.insert(early);
        co_await d.alerts.insert(done);
        co_await d.alerts.resolve(done.id, "seen");
        const auto open = co_await d.alerts.unresolved();
        REQUIRE(open.size() == 2);
        REQUIRE(open[0].id == late.id);
        REQUIRE(open[1].id == early.id);
    });
}

TEST_CASE("an alert's texts are bounded") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        alert a = alert_at(noon);
        a.type = std::string(51, 't');
        a.source = std::string(51, 's');
        a.message.clear();
        std::vector<std::string> fields;
        try {
            co_await d.alerts.insert(a);
        } catch (const hawser::validation_error& e) {
            for (const auto& v : e.violations()) fields.push_back(v.field);
        }
        REQUIRE(fields == std::vector<std::string>{"type", "message", "source"});
    });
}

TEST_CASE("alerts of a severity are listed, resolved or not, the latest first") {
    on_desk([](const desk& d, const hawser::database&) -> task<> {
        alert early = alert_at(noon - std::chrono::hours(1));
        alert late = alert_at(noon);
        alert mild = alert_at(noon);
        mild.severity = alert_severity::info;
        co_await d.alerts.insert(late);
        co_await d.alerts.insert(early);
        co_await d.alerts.insert(mild);
        co_await d.alerts.resolve(late.id, "seen");
        const auto critical = co_await d.alerts.by_severity(alert_severity::critical);
        const auto one = co_await d.alerts.by_severity(alert_severity::critical, 1);
        REQUIRE(critical.size() == 2);
        REQUIRE(critical[0].id == late.id);
        REQUIRE(critical[1].id == early.id);
        REQUIRE(one.size() == 1);
    });
}
