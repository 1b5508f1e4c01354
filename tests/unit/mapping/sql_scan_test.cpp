#include "support/catch.hpp"
#include <hawser/mapping/literal.hpp>
#include <hawser/mapping/sql_scan.hpp>
#include <string>
#include <vector>

using hawser::dialect;
using hawser::detail::scan_sql;
using hawser::detail::sql_scan;

namespace {

struct counted {
    std::string_view text;
    unsigned number;
};
void check_placeholders(const std::vector<counted>& table) {
    for (const counted& c : table) {
        INFO(c.text);
        const sql_scan s = scan_sql(c.text);
        CHECK(s.placeholders == c.number);
        CHECK_FALSE(s.question_mark);
        CHECK_FALSE(s.open_quote);
        CHECK_FALSE(s.several);
        CHECK_FALSE(s.gap);
    }
}
void check_columns(const std::vector<counted>& table) {
    for (const counted& c : table) {
        INFO(c.text);
        CHECK(scan_sql(c.text).columns == c.number);
    }
}

template <class Member>
void check_flag(Member flag, const std::vector<std::string_view>& set,
                const std::vector<std::string_view>& unset) {
    for (const std::string_view text : set) {
        INFO(text);
        CHECK(scan_sql(text).*flag);
    }
    for (const std::string_view text : unset) {
        INFO(text);
        CHECK_FALSE(scan_sql(text).*flag);
    }
}

std::string rewritten(std::string_view text, dialect d) {
    hawser::detail::text_sink measure;
    hawser::detail::rewrite_placeholders(text, d, measure);
    std::string out(measure.size(), '\0');
    hawser::detail::text_sink write(out.data());
    hawser::detail::rewrite_placeholders(text, d, write);
    return out;
}

} // namespace

TEST_CASE("placeholders are counted by their highest number", "[mapping][scan]") {
    check_placeholders({
        {"select 1", 0},
        {"select $1", 1},
        {"select $1, $2 from t where a=$3 and b in($4,$5)", 5},
        {"select $2, $1, $2", 2},
        {"select $1::bigint, $2 :: text", 2},
        {"select a[$1], array[$2, $3]", 3},
        {"select $1;", 1},
        {"insert into t values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", 10},
    });
}

TEST_CASE("what looks like a placeholder inside quotes and comments is text", "[mapping][scan]") {
    check_placeholders({
        {"select '$1', \"$2\", `$3`, [a ; b]", 0},
        {"select 'it''s $1; ?', \"a\"\"b?;\"", 0},
        {"select '' || '$1'", 0},
        {"select 1 -- $1 ? ' ; \"\n, $1", 1},
        {"select 1 -- $1", 0},
        {"select /* $1 ; ? ' */ 1 /**/", 0},
        {"select $$ $1 ; ? ' $$, $1", 1},
        {"select $body$ $1 $$ ' ; $other$ $body$", 0},
        {R"(select E'it\'s $1 ; ?', e'\\', $1)", 1},
        {R"(select E'it''s \' $1')", 0},
        {R"(select 'a\', $1)", 1},
        {"select a$1, \xC3\xA4$2 from t", 0},
    });
}

TEST_CASE("a quote or a comment that is not closed is open", "[mapping][scan]") {
    check_flag(
        &sql_scan::open_quote,
        {"select 'a", "select \"a", "select `a", "select [a", "select /* a", "select $$ a", "select $x$ a $$",
         R"(select E'a\')", "select 'a''"},
        {"select 'a'", "select '''' || ''", "select 1 -- a 'b", "select $x$ a $$ $x$", "select a / 2, -1"});
}

TEST_CASE("a number that is left out is a gap", "[mapping][scan]") {
    check_flag(&sql_scan::gap, {"select $2", "select $1, $3", "select $0, $1", "select $0", "select $100000"},
               {"select $1", "select $2, $1", "select 1", "select $01"});
}

TEST_CASE("other spellings of a placeholder are seen", "[mapping][scan]") {
    check_flag(&sql_scan::question_mark,
               {"select ?", "select ?1", "select :name", "select @name", "select $name", "select a ? 'key'"},
               {"select '?'", "select a::text", "select \"?\"", "select 1 -- ?", "select a[1:n]",
                "select a @> b", "select $$?$$", "select 2 : 3"});
}

TEST_CASE("text behind a semicolon is a second statement", "[mapping][scan]") {
    check_flag(&sql_scan::several,
               {"select 1; select 2", "select 1;x", "; select 1", "select 1; $1", "select 1;'a'"},
               {"select 1", "select 1;", "select 1 ; ;; ", "select 1; -- done", "select ';' ; /* a */",
                "select 1;\f\v\n"});
}

TEST_CASE("the columns of a select list are counted", "[mapping][scan]") {
    check_columns({
        {"select a from t", 1},
        {"SELECT a, b FROM t", 2},
        {"select distinct a, b from t", 2},
        {"select distinct on (a, b) c from t", 1},
        {"select count(*), max(a, b), (select 1, 2) from t", 3},
        {"select coalesce(a, b, (c)), 'x, y', \"d, e\" from t", 3},
        {"select case when a then b else c end, extract(epoch from at) from t", 2},
        {"select a is not distinct from b, c from t", 2},
        {"select array[1, 2], a[1], b from t", 3},
        {"select array[[1, 2], [3, 4]], a from t", 2},
        {"select a from t, u", 1},
        {"select 1, 2 union select 3, 4, 5", 2},
        {"select a, b except select c, d from t", 2},
        {"select 1 where $1 in (1, 2)", 1},
        {"select 1 order by 1, 2", 1},
        {"select 1 limit 1, 2", 1},
        {"/* a, b */ select a -- , c\n from t", 1},
        {"select a, b;", 2},
    });
}

TEST_CASE("where the number of columns is not certain it is unknown", "[mapping][scan]") {
    check_columns({
        {"select * from t", 0},
        {"select t.*, 1 from t", 0},
        {"select a * b, c from t", 0},
        {"with x as (select 1, 2) select a from x", 0},
        {"values (1, 2)", 0},
        {"(select a, b from t) union (select c, d from t)", 0},
        {"insert into t select a, b from u returning id", 0},
        {"", 0},
    });
}

TEST_CASE("what certainly writes nothing may go to a reader", "[mapping][scan]") {
    check_flag(&sql_scan::reads,
               {"select 1", "  SELECT 1", "-- note\nselect 1", "(select 1) union (select 2)", "values (1)",
                "with x as (select 1) select * from x", "explain select 1", "pragma table_info(trades)",
                "pragma user_version", "table trades", "select replace(a, 'x', 'y') from t",
                "select 'insert', \"update\", `delete` from t", "select 1 -- insert\n"},
               {"insert into t values (1)", "update t set a = 1", "delete from t",
                "replace into t values (1)",
                "with x as (insert into t values (1) returning id) select * from x",
                "WITH x AS (select 1) DELETE FROM t", "with x as (select 1) replace into t select * from x",
                "select * from t for update", "select * from t for no key update",
                "select * from t for share", "select a into b from t", "explain analyze delete from t",
                "select nextval('s')", "create table t (a)", "drop table t", "analyze", "", "'select'"});
}

TEST_CASE("transaction control and settings are known by how they begin", "[mapping][scan]") {
    check_flag(&sql_scan::control,
               {"begin",
                "BEGIN immediate",
                "commit",
                "rollback to a",
                "savepoint a",
                "release a",
                "end",
                "abort",
                "start transaction",
                "prepare transaction 'x'",
                "/* x */ set search_path = a",
                "reset all",
                "discard all",
                "attach 'a' as b",
                "detach b",
                "vacuum",
                "pragma foreign_keys = off",
                "pragma main.journal_mode(wal)",
                "pragma wal_checkpoint",
                "pragma wal_checkpoint(truncate)",
                "pragma optimize",
                "pragma incremental_vacuum(5)"},
               {"select 1 begin", "update t set a = 1", "insert into t values ('begin')",
                "pragma table_info(t)", "pragma main.index_list('t')", "pragma user_version",
                "pragma foreign_key_check", "\"begin\"", "select commit from t"});
}

TEST_CASE("a setting that ends with its transaction is known by its second word", "[mapping][scan]") {
    check_flag(&sql_scan::local,
               {"set local search_path = a", "SET /* so */ LOCAL x = 1", "set transaction read only",
                "set constraints all deferred", "set local role desk"},
               {"set search_path = local", "set session x = 1", "set \"local\" = 1", "set \"x\" to local",
                "set session characteristics as transaction read only", "reset local", "start transaction",
                "update local set a = 1", "begin transaction"});
}

TEST_CASE("placeholders are spelt as the dialect does, and nothing else is touched", "[mapping][scan]") {
    constexpr std::string_view text =
        "select $1, '$2 it''s', \"$3\", $10 -- $4\n/* $5 */, $$ $6 $$, a$7, b::text";
    CHECK(rewritten(text, dialect::postgres) == text);
    CHECK(rewritten(text, dialect::sqlite) ==
          "select ?1, '$2 it''s', \"$3\", ?10 -- $4\n/* $5 */, $$ $6 $$, a$7, b::text");
    CHECK(rewritten("$01", dialect::postgres) == "$1");
    CHECK(rewritten("'open $1", dialect::sqlite) == "'open $1");
    CHECK(rewritten("", dialect::sqlite).empty());
}

TEST_CASE("every text is taken apart without loss, whatever its bytes", "[mapping][scan]") {
    // Not a hang and not a byte lost, for all short texts over what has a meaning.
    constexpr std::string_view alphabet = "a1$'\"[]/*-;?:@E\\\n";
    std::string text;
    const auto check_all = [&](const auto& self, int length) -> void {
        std::string back;
        for (std::string_view rest = text; !rest.empty();) {
            const auto t = hawser::detail::next_token(rest);
            if (t.text.empty()) FAIL("no progress at " << text);
            back += t.text;
            rest.remove_prefix(t.text.size());
        }
        if (back != text) FAIL("lost bytes of " << text);
        if (length == 0) return;
        for (const char c : alphabet) {
            text += c;
            self(self, length - 1);
            text.pop_back();
        }
    };
    check_all(check_all, 4);
    SUCCEED();
}

TEST_CASE("a literal has both texts and the facts of the scan", "[mapping][scan]") {
    const hawser::statement& s =
        hawser::detail::literal_statement<"select a from t where b = $1 and c <> 'x; $9?'">;
    CHECK(s.name() == "sql");
    CHECK(s.text(dialect::sqlite) == "select a from t where b = ?1 and c <> 'x; $9?'");
    CHECK(s.text(dialect::postgres) == "select a from t where b = $1 and c <> 'x; $9?'");
    CHECK(s.parameters() == 1);
    CHECK(s.read_only());
    CHECK(s.lasting());
    CHECK(s.table() == nullptr);
    CHECK_FALSE(hawser::detail::literal_statement<"delete from t">.read_only());
    STATIC_REQUIRE(hawser::detail::checked_literal<"select a from t where b = $1", 1>::ok);
}
