#include "support/catch.hpp"
#include <algorithm>
#include <array>
#include "pgwire/auth/wipe.hpp"
#include <string_view>

using namespace hawser::pgwire;

TEST_CASE("wiped memory holds nothing of what was there", "[pgwire][auth]") {
    std::array<char, 16> memory{};
    memory.fill('x');
    wipe(memory.data(), 15);
    CHECK(std::count(memory.begin(), memory.end(), 'x') == 1);
    wipe(memory.data(), 0);
    wipe(nullptr, 0);
    CHECK(memory.back() == 'x');
}

TEST_CASE("a text that is wiped when it goes is a text while it is there", "[pgwire][auth]") {
    secret_text text;
    for (int i = 0; i < 100; ++i) text.insert(text.end(), {'a', 'b'});
    CHECK(view(text).size() == 200);
    CHECK(view(text).starts_with("abab"));
    const secret_text copy = text;
    CHECK(view(copy) == view(text));
}
