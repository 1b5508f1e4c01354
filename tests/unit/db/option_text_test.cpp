#include "db/option_text.hpp"
#include "support/catch.hpp"
#include <random>

using namespace hawser::detail;
using enum hawser::detail::option_kind;

TEST_CASE("values of options are read with their units", "[db][config]") {
    CHECK(option_value(duration, "5s") == 5'000'000);
    CHECK(option_value(duration, "250ms") == 250'000);
    CHECK(option_value(duration, "7us") == 7);
    CHECK(option_value(duration, "2min") == 120'000'000);
    CHECK(option_value(duration, "1h") == 3'600'000'000);
    CHECK(option_value(duration, "0") == 0);
    CHECK(option_value(bytes, "64MiB") == 64 << 20);
    CHECK(option_value(bytes, "1GiB") == 1 << 30);
    CHECK(option_value(bytes, "512KiB") == 512 << 10);
    CHECK(option_value(bytes, "4096B") == 4096);
    CHECK(option_value(bytes, "4096") == 4096);
    CHECK(option_value(count, "12") == 12);
    for (const char* yes : {"true", "TRUE", "on", "yes", "1"}) CHECK(option_value(flag, yes) == 1);
    for (const char* no : {"false", "Off", "no", "0"}) CHECK(option_value(flag, no) == 0);
    CHECK(option_value(option_kind::durability, "full") == 0);
    CHECK(option_value(option_kind::durability, "NORMAL") == 1);
    CHECK(option_value(option_kind::writer, "thread") == 0);
    CHECK(option_value(option_kind::writer, "Inline") == 1);
    CHECK(option_value(statements, "named") == 0);
    CHECK(option_value(statements, "Unnamed") == 1);
    CHECK(option_value(statements, "simple") == 2);
}

TEST_CASE("what is no value of its kind is refused", "[db][config]") {
    for (const char* text :
         {"", "5", "5 s", "s", "-5s", "5S", "5.5s", "5sx", "99999999999999999999s", "9999999999999h"})
        CHECK_FALSE(option_value(duration, text));
    for (const char* text : {"", "MiB", "-1", "1MB", "1 MiB", "99999999999GiB"})
        CHECK_FALSE(option_value(bytes, text));
    for (const char* text : {"", "-1", "+1", "1.0", "x", "0x10", "1 "})
        CHECK_FALSE(option_value(count, text));
    for (const char* text : {"", "2", "maybe", " true"}) CHECK_FALSE(option_value(flag, text));
    for (const char* text : {"", "half", "0"}) CHECK_FALSE(option_value(option_kind::durability, text));
    for (const char* text : {"", "none", "0"}) CHECK_FALSE(option_value(statements, text));
}

TEST_CASE("a value that was written is read as the same", "[db][config]") {
    std::mt19937_64 random{11};
    for (int i = 0; i < 3000; ++i) {
        const auto value = static_cast<std::int64_t>(random() >> (random() % 60 + 4));
        for (const auto kind : {duration, bytes, count}) {
            INFO(option_text(kind, value));
            CHECK(option_value(kind, option_text(kind, value)) == value);
        }
    }
    CHECK(option_text(duration, 90'000'000) == "90s");
    CHECK(option_text(duration, 5000) == "5ms");
    CHECK(option_text(bytes, 256 << 20) == "256MiB");
    CHECK(option_text(flag, 1) == "true");
    CHECK(option_text(option_kind::durability, 1) == "normal");
    CHECK(option_text(option_kind::writer, 0) == "thread");
    CHECK(option_text(option_kind::writer, 1) == "inline");
    CHECK(option_text(statements, 0) == "named");
    CHECK(option_text(statements, 2) == "simple");
}
