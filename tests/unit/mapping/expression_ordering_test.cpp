#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"
#include "expressions.hpp"

using app::sample;
using hawser::asc;
using hawser::col;
using hawser::desc;
using mapping_test::bound;
using mapping_test::check_both;

TEST_CASE("columns that are never NULL are ordered as they are", "[mapping][expression]") {
    check_both<sample>(asc<&sample::i32>, R"("i32")", R"("i32")");
    check_both<sample>(desc<&sample::i32>, R"("i32" desc)", R"("i32" desc)");
    check_both<sample>(desc<&sample::i32>.nulls_last(), R"("i32" desc)", R"("i32" desc)");
}

TEST_CASE("NULL is the greatest on both engines", "[mapping][expression]") {
    check_both<sample>(asc<&sample::o_i32>, R"("o_i32" nulls last)", R"("o_i32")");
    check_both<sample>(desc<&sample::o_i32>, R"("o_i32" desc nulls first)", R"("o_i32" desc)");
}

TEST_CASE("NULL is placed where it is asked for", "[mapping][expression]") {
    check_both<sample>(asc<&sample::o_i32>.nulls_first(), R"("o_i32")", R"("o_i32" nulls first)");
    check_both<sample>(asc<&sample::o_i32>.nulls_last(), R"("o_i32" nulls last)", R"("o_i32")");
    check_both<sample>(desc<&sample::o_i32>.nulls_first(), R"("o_i32" desc nulls first)", R"("o_i32" desc)");
    check_both<sample>(desc<&sample::o_i32>.nulls_last(), R"("o_i32" desc)", R"("o_i32" desc nulls last)");
}

TEST_CASE("any operand is an order", "[mapping][expression]") {
    check_both<sample>((col<&sample::i64> + col<&sample::o_i64>).desc(),
                       R"(int_fit("i64" + "o_i64") desc nulls first)", R"(("i64" + "o_i64") desc)");
    check_both<sample>(hawser::count_all().desc(), R"(count(*) desc)", R"(count(*) desc)");
    CHECK(bound((col<&sample::i64> - 4).asc()) == "4");
}
