#include "support/catch.hpp"
#include <hawser/mapping/conflict.hpp>
#include "app_schema.hpp"
#include "desk_schema.hpp"
#include "quantum_schema.hpp"
#include "texts.hpp"

using app::account;
using app::venue;
using hawser::col;
using hawser::excluded;
using hawser::on_conflict;
using hawser::set;
using mapping_test::check_text;

namespace {

template <class T, class C>
void check_conflict(const C&, const mapping_test::expected_statement& wanted) {
    check_text<T, typename C::template text<T>>(wanted);
}

} // namespace

TEST_CASE("on_conflict updates these members, with what the framework adds, and returns the row",
          "[mapping][text]") {
    const std::string insert =
        R"(insert into "accounts" ("email", "owner", "active", "balance", "rating", "created_at", )"
        R"("updated_at", "row_version") values )";
    const std::string rest =
        R"(, "updated_at" = excluded."updated_at", "row_version" = "accounts"."row_version" + 1)"
        R"( returning "id", "email", "owner", "active", "balance", "rating", "created_at",)"
        R"( "updated_at", "row_version")";
    const std::string update = R"( on conflict ("email") do update set "balance" = )";
    const std::string sum = R"(("accounts"."balance" + excluded."balance"))";
    const std::string owner = R"(, "owner" = )";
    check_conflict<account>(on_conflict<&account::email>.update(
                                set<&account::balance>(col<&account::balance> + excluded<&account::balance>),
                                set<&account::owner>("ada")),
                            {.name = "accounts.upsert",
                             .parameters = 9,
                             .read_only = false,
                             .sqlite = insert + "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)" + update + "int_fit" +
                                       sum.substr(0, sum.size() - 1) +
                                       ", -999999999999999999, 999999999999999999)" + owner + "?9" + rest,
                             .postgres = insert + "($1, $2, $3, $4, $5, $6, $7, $8)" + update + sum +
                                         "::numeric(18,2)" + owner + "$9" + rest});
}

TEST_CASE("on_conflict takes all, or leaves the row as it is", "[mapping][text]") {
    const std::string insert = R"(insert into "venues" ("code", "name", "parent") values )";
    const std::string returning = R"( returning "code", "name", "parent")";
    const std::string all = R"( on conflict ("name") do update set "parent" = excluded."parent")" + returning;
    check_conflict<venue>(on_conflict<&venue::name>.update_all(),
                          {.name = "venues.upsert",
                           .parameters = 3,
                           .read_only = false,
                           .sqlite = insert + "(?1, ?2, ?3)" + all,
                           .postgres = insert + "($1, $2, $3)" + all});
    const std::string nothing = R"( on conflict ("code") do nothing)" + returning;
    check_conflict<venue>(on_conflict<&venue::code>.ignore(),
                          {.name = "venues.upsert",
                           .parameters = 3,
                           .read_only = false,
                           .sqlite = insert + "(?1, ?2, ?3)" + nothing,
                           .postgres = insert + "($1, $2, $3)" + nothing});
}

TEST_CASE("on_conflict may name a unique index of all rows", "[mapping][text]") {
    const std::string insert = R"(insert into "tickets" ("id", "venue", "number", "prints") values )";
    const std::string rest = R"( on conflict ("number", "venue") do update set "prints" = excluded."prints")"
                             R"( returning "id", "venue", "number", "prints")";
    const std::string sqlite = insert + "(?1, ?2, ?3, ?4)" + rest;
    const std::string postgres = insert + "($1, $2, $3, $4)" + rest;
    check_conflict<desk::ticket>(on_conflict<&desk::ticket::number, &desk::ticket::venue>.update(
                                     set<&desk::ticket::prints>(excluded<&desk::ticket::prints>)),
                                 {.name = "tickets.upsert",
                                  .parameters = 4,
                                  .read_only = false,
                                  .sqlite = sqlite,
                                  .postgres = postgres});
}

TEST_CASE("on_conflict of an entity that is all target gives the row back", "[mapping][text]") {
    const std::string rest =
        R"( on conflict ("text") do update set "text" = excluded."text" returning "text")";
    check_conflict<desk::label>(on_conflict<&desk::label::text>.update_all(),
                                {.name = "labels.upsert",
                                 .parameters = 1,
                                 .read_only = false,
                                 .sqlite = R"(insert into "labels" ("text") values (?1))" + rest,
                                 .postgres = R"(insert into "labels" ("text") values ($1))" + rest});
}

TEST_CASE("on_conflict restores what is deleted and says who and why", "[mapping][text]") {
    const std::string insert =
        R"(("name", "parent_id", "created_at", "updated_at", "row_version", "created_by", "updated_by")"
        R"(, "change_reason", "deleted_at") values )";
    const auto rest = [](const std::string& table) {
        return R"( on conflict ("name") do update set "parent_id" = excluded."parent_id")"
               R"(, "updated_at" = excluded."updated_at", "row_version" = )" +
               table +
               R"(."row_version" + 1, "updated_by" = excluded."updated_by")"
               R"(, "change_reason" = excluded."change_reason", "deleted_at" = excluded."deleted_at")"
               R"( returning "id", "name", "parent_id", "created_at", "updated_at", "row_version")"
               R"(, "created_by", "updated_by", "change_reason", "deleted_at")";
    };
    const std::string sqlite = R"(insert into "quantum_teams" )" + insert +
                               "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)" + rest(R"("quantum_teams")");
    const std::string postgres = R"(insert into "quantum"."teams" )" + insert +
                                 "($1, $2, $3, $4, $5, $6, $7, $8, $9)" + rest(R"("teams")");
    const mapping_test::expected_statement wanted{.name = "quantum.teams.upsert",
                                                  .parameters = 9,
                                                  .read_only = false,
                                                  .sqlite = sqlite,
                                                  .postgres = postgres};
    check_conflict<quantum::team>(on_conflict<&quantum::team::name>.update_all(), wanted);
    check_conflict<quantum::team>(on_conflict<&quantum::team::name>.update(
                                      set<&quantum::team::parent_id>(excluded<&quantum::team::parent_id>)),
                                  wanted);
}
