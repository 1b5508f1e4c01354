#include "support/catch.hpp"
#include "pgwire/reported_settings.hpp"
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

using hawser::pgwire::reported_settings;

TEST_CASE("a setting has the value that was reported last", "[pgwire]") {
    reported_settings settings;
    CHECK_FALSE(settings.find("TimeZone"));
    CHECK(settings.set("TimeZone", "Europe/Berlin"));
    CHECK(settings.set("timezone", "UTC"));
    CHECK(settings.set("application_name", ""));
    CHECK(settings.find("TimeZone") == "UTC");
    CHECK(settings.find("TIMEZONE") == "UTC");
    CHECK(settings.find("application_name") == "");
    CHECK_FALSE(settings.find("TimeZone "));
    CHECK(settings.size() == 2);
}

TEST_CASE("a server cannot report more than there is room for", "[pgwire]") {
    reported_settings settings;
    SECTION("many") {
        std::size_t taken = 0;
        while (settings.set("s" + std::to_string(taken), "")) ++taken;
        CHECK(taken >= 100);
        CHECK(taken <= reported_settings::most_bytes);
        CHECK(settings.size() == taken);
        CHECK(settings.set("s0", "still to be changed"));
    }
    SECTION("long ones") {
        const std::string half(reported_settings::most_bytes / 2, 'x');
        CHECK(settings.set("a", half));
        CHECK_FALSE(settings.set("b", half));
        CHECK_FALSE(settings.find("b"));
        CHECK(settings.set("a", half + half.substr(1)));
        CHECK_FALSE(settings.set("a", half + half));
        CHECK(settings.find("a") == half + half.substr(1));
        CHECK(settings.set("a", ""));
        CHECK(settings.set("b", half));
    }
}

TEST_CASE("the server's version is a number that can be compared", "[pgwire]") {
    const auto [text, number] =
        GENERATE(table<std::string, std::uint32_t>({{"15.14 (Debian 15.14-0+deb12u1)", 150014u},
                                                    {"15.0", 150000u},
                                                    {"16beta1", 160000u},
                                                    {"17devel", 170000u},
                                                    {"10.23", 100023u},
                                                    {"9.6.24", 90624u},
                                                    {"9.6", 90600u},
                                                    {"18rc1.2", 180000u},
                                                    {"", 0u},
                                                    {"PostgreSQL 15", 0u},
                                                    {"-15", 0u},
                                                    {"99999.1", 0u},
                                                    {"15.", 150000u},
                                                    {"15.99999", 150000u},
                                                    {"4294967296", 0u}}));
    reported_settings settings;
    CHECK(settings.server_version() == 0);
    CHECK(settings.set("server_version", text));
    CHECK(settings.server_version() == number);
}
