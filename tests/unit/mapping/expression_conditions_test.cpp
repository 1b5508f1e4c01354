#include "support/catch.hpp"
#include <deque>
#include <hawser/core/error.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::account;
using app::sample;
using hawser::col;
using mapping_test::bound;
using mapping_test::check_both;

TEST_CASE("distinct tests take NULL for a value", "[mapping][expression]") {
    check_both<account>(col<&account::rating>.is_distinct_from(3), R"("rating" is not ?1)",
                        R"("rating" is distinct from $1)");
    check_both<account>(col<&account::rating>.is_not_distinct_from(std::nullopt), R"("rating" is null)",
                        R"("rating" is not distinct from null)");
    const std::optional<int> none;
    check_both<account>(col<&account::rating>.is_not_distinct_from(none), R"("rating" is ?1)",
                        R"("rating" is not distinct from $1)");
    CHECK(bound(col<&account::rating>.is_not_distinct_from(none)) == "null");
    CHECK(bound(col<&account::rating>.is_not_distinct_from(std::optional<short>(4))) == "4");
    check_both<account>(col<&account::owner>.is_distinct_from(col<&account::email>),
                        R"("owner" is not "email")", R"("owner" is distinct from "email")");
}

TEST_CASE("in takes any range of values", "[mapping][expression]") {
    const std::vector<std::string> names{"a", "b"};
    const std::deque<std::string_view> views{"c"};
    const std::vector<int> ids{1, 2};
    CHECK(col<&account::owner>.in(names).values == names);
    CHECK(col<&account::owner>.in(views).values == std::vector<std::string>{"c"});
    CHECK(col<&account::id>.in(std::span(ids)).values == std::vector<std::int64_t>{1, 2});
    CHECK(names.size() == 2);
    check_both<account>(col<&account::owner>.not_in(names),
                        R"(not ("owner" in (select value from json_each(?1))))",
                        R"(not ("owner" = any($1)))");
}

TEST_CASE("like counts the case of letters, ilike does not", "[mapping][expression]") {
    check_both<account>(col<&account::owner>.like("A%"), R"(text_like("owner", ?1))",
                        R"("owner" like $1 escape '\')");
    check_both<account>(col<&account::owner>.ilike("A%"), R"("owner" like ?1 escape '\')",
                        R"("owner" ilike $1 escape '\')");
}

TEST_CASE("a pattern that ends in a lone backslash is refused", "[mapping][expression]") {
    using mapping_test::kind_of;
    CHECK(kind_of([] { (void)col<&account::owner>.like("a\\"); }) == hawser::errc::misuse);
    CHECK(kind_of([] { (void)col<&account::owner>.ilike("\\\\\\"); }) == hawser::errc::misuse);
    CHECK(bound(col<&account::owner>.like("\\\\")) == "\\\\");
}

TEST_CASE("a text as a pattern matches only itself", "[mapping][expression]") {
    CHECK(hawser::like_literal(R"(50%_a\b)") == R"(50\%\_a\\b)");
}

TEST_CASE("starts_with is a range on SQLite", "[mapping][expression]") {
    const auto e = col<&account::owner>.starts_with("ab") && col<&account::id> == 1;
    check_both<account>(e, R"((("owner" >= ?1 and "owner" < cast(?1 || x'ff' as text)) and "id" = ?2))",
                        R"((starts_with("owner", $1) and "id" = $2))");
    CHECK(bound(e) == "ab|1");
    check_both<account>(hawser::concat(col<&account::owner>, "x").starts_with("ab"),
                        R"((("owner" || ?1) >= ?2 and ("owner" || ?1) < cast(?2 || x'ff' as text)))",
                        R"(starts_with(("owner" || $1), $2))");
}

TEST_CASE("contains looks for exactly this text", "[mapping][expression]") {
    check_both<account>(col<&account::owner>.contains("50%"), R"(instr("owner", ?1) > 0)",
                        R"(strpos("owner", $1) > 0)");
}

TEST_CASE("texts are joined and measured", "[mapping][expression]") {
    check_both<account>(hawser::concat("<", col<&account::owner>, ">") == "<a>",
                        R"(((?1 || "owner") || ?2) = ?3)", R"((($1 || "owner") || $2) = $3)");
    check_both<account>(hawser::length(col<&account::owner>) > 3, R"(length("owner") > ?1)",
                        R"(length("owner")::bigint > $1)");
}
