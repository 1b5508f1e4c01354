// What a caller keeps of an answer is its own, whatever the connection reads afterwards.
#include "fixture.hpp"
#include <string>
#include <vector>

using namespace market;

namespace {

constexpr std::string_view long_name = "a_column_whose_name_is_longer_than_short_strings_are";

const hawser::sql all_kinds(
    "select 'a text that is longer than short strings are' as t, "
    "'\\x00ff6c6f6e676572207468616e2073686f727420737472696e6773'::bytea as b, "
    "'{\"a\": [1, null, \"twenty-four characters..\"]}'::jsonb as j, "
    "'7d444840-9dc0-11d1-b245-5ffdce74fad2'::uuid as u, "
    "1234567890123456789012345678.0123456789::numeric as n, array[1, null, 3]::bigint[] as a, "
    "array['one', 'two and more than short strings hold']::text[] as s, null::text as nothing, "
    "9007199254740993::bigint as a_column_whose_name_is_longer_than_short_strings_are "
    "from generate_series(1, 3)");

std::vector<std::string> texts(const hawser::result& of) {
    std::vector<std::string> all(of.column_names().begin(), of.column_names().end());
    for (const auto row : of)
        for (const hawser::value& v : row) {
            std::string text;
            if (v.column() == "u")
                text = v.as<hawser::uuid>().to_string();
            else if (v.column() == "n")
                text = v.as<hawser::decimal<38, 10>>().to_string();
            else
                text = v.to_text();
            all.push_back(std::string(v.column()) + "=" + text);
        }
    return all;
}

std::vector<std::string> expected() {
    std::vector<std::string> all{"t", "b", "j", "u", "n", "a", "s", "nothing", std::string(long_name)};
    for (int row = 0; row < 3; ++row)
        for (const char* v :
             {"t=a text that is longer than short strings are",
              "b=\\x00ff6c6f6e676572207468616e2073686f727420737472696e6773",
              R"(j={"a": [1, null, "twenty-four characters.."]})", "u=7d444840-9dc0-11d1-b245-5ffdce74fad2",
              "n=1234567890123456789012345678.0123456789", "a={1,NULL,3}",
              R"(s={one,"two and more than short strings hold"})", "nothing=NULL",
              "a_column_whose_name_is_longer_than_short_strings_are=9007199254740993"})
            all.emplace_back(v);
    return all;
}

} // namespace

TEST_CASE("rows and failures that are kept stay what they were while their connection reads others",
          "[postgres]") {
    NEED_POSTGRES();
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            co_await db.run_script("create table kept_things (a_number_that_is_once bigint constraint "
                                   "a_number_that_is_there_once unique); insert into kept_things values (1)");
            const auto pid = co_await db.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            const hawser::result kept = co_await db.query(all_kinds);
            const hawser::sql twice("insert into kept_things (a_number_that_is_once) values (1)");
            const hawser::error failure = co_await error_of(db.execute(twice));
            const hawser::sql unknown("select column_that_is_not_there from kept_things");
            const hawser::error misspelt = co_await error_of(db.query(unknown));
            REQUIRE(kept.size() == 3);
            const hawser::field_view seen = kept[2]["t"].view();
            for (int i = 0; i < 10; ++i) {
                const std::string letter(1, static_cast<char>('A' + i));
                const hawser::sql others("select repeat($1, 100000) as "
                                         "another_column_with_a_name_as_long_as_those_before_it, $1 as other "
                                         "from generate_series(1, 4)");
                const hawser::result other = co_await db.query(others, letter);
                REQUIRE(other.size() == 4);
                CHECK(other[3][0].to_text().size() == 100000);
            }
            const auto same = co_await db.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            CHECK(same == pid);
            CHECK(texts(kept) == expected());
            CHECK(hawser::value(seen).to_text() == "a text that is longer than short strings are");
            const hawser::error_info& info = failure.info();
            CHECK(failure.kind() == hawser::errc::unique_violation);
            CHECK(info.sqlstate == "23505");
            CHECK(info.constraint == "a_number_that_is_there_once");
            CHECK(info.table == "kept_things");
            CHECK(info.sql == "insert into kept_things (a_number_that_is_once) values (1)");
            CHECK_THAT(failure.message(), support::contains_text("a_number_that_is_there_once"));
            CHECK(misspelt.info().sqlstate == "42703");
            CHECK(misspelt.info().position == 7);
            CHECK(misspelt.info().sql == "select column_that_is_not_there from kept_things");
        },
        {.pool = {.shared_connections = 1}});
}
