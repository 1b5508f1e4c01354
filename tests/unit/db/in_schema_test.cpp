#include "quantum.hpp"

using namespace quantum;

TEST_CASE("tables in a schema keep their references and their errors apart", "[db][mixins]") {
    on_quantum([](hawser::database db) -> task<> {
        hawser::repository<team> teams{db};
        team t = make_team("a");
        t.parent_id = 77;
        const auto e = co_await error_of(teams.insert(t));
        CHECK(e.kind() == errc::foreign_key_violation);
        CHECK(e.info().table == "quantum.teams");
        CHECK(e.info().constraint == "teams_parent_id_fkey");
        CHECK(e.violates<&team::parent_id>());
        const hawser::sql count(market::is_postgres(db) ? "select count(*) from quantum.teams"
                                                        : "select count(*) from quantum_teams");
        const auto n = co_await db.query_one<std::int64_t>(count);
        CHECK(n == 0);
    });
}
