#include "support/catch.hpp"
#include "pgwire/codec/made_text.hpp"
#include <string>
#include <utility>
#include <vector>

using hawser::pgwire::made_text;

TEST_CASE("texts that were kept stay where they are while others are made", "[pgwire][made_text]") {
    made_text made;
    std::vector<std::string_view> kept;
    for (std::size_t i = 0; i < 5'000; ++i)
        kept.push_back(made.keep(std::string(i % 50, 'a') + std::to_string(i)));
    for (std::size_t i = 0; i < kept.size(); ++i)
        REQUIRE(kept[i] == std::string(i % 50, 'a') + std::to_string(i));
    CHECK(made.size() > 100'000);
}

TEST_CASE("a text may be larger than all before it", "[pgwire][made_text]") {
    made_text made;
    const std::string_view small = made.keep("small");
    const std::string large(100'000, 'x');
    CHECK(made.keep(large) == large);
    CHECK(small == "small");
}

TEST_CASE("an empty text has an address", "[pgwire][made_text]") {
    made_text made;
    CHECK(made.keep({}).data() != nullptr);
    CHECK(made.keep({}).empty());
}

TEST_CASE("the memory of a batch serves the next one", "[pgwire][made_text]") {
    made_text made;
    for (int i = 0; i < 100; ++i) static_cast<void>(made.keep(std::string(100, 'a')));
    made.clear();
    CHECK(made.size() == 0);
    const char* const first = made.keep("b").data();
    for (int batch = 0; batch < 3; ++batch) {
        made.clear();
        CHECK(made.keep("c").data() == first);
    }
}

TEST_CASE("more memory than asked for is given back", "[pgwire][made_text]") {
    made_text made;
    made.scratch().assign(10'000, 'x');
    static_cast<void>(made.scratch_bytes().grow(10'000));
    static_cast<void>(made.keep(std::string(10'000, 'a')));
    made.clear(1'000);
    CHECK(made.scratch().capacity() < 10'000);
    CHECK(made.scratch_bytes().empty());
    CHECK(made.keep("again") == "again");
}

TEST_CASE("scratch begins empty each time", "[pgwire][made_text]") {
    made_text made;
    made.scratch() = "before";
    CHECK(made.scratch().empty());
    made.scratch_bytes().bytes("before");
    CHECK(made.scratch_bytes().empty());
}

TEST_CASE("what was made moves with its memory", "[pgwire][made_text]") {
    made_text from;
    const std::string_view kept = from.keep("kept");
    made_text to = std::move(from);
    CHECK(kept == "kept");
    CHECK(to.size() == 4);
    from = made_text();
    CHECK(from.keep("other") == "other");
    CHECK(kept == "kept");
}
