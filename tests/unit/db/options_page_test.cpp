// docs/configuration.md and .env.example hold what the table of options says.
// HAWSER_WRITE_DOCS=1 unit_db [docs] writes it there.
#include "db/option_table.hpp"
#include "support/page_part.hpp"

TEST_CASE("the page of options is what the table says", "[db][config][docs]") {
    support::check_part(support::source_tree() / "docs/configuration.md", "<!-- options -->\n",
                        "<!-- /options -->", hawser::detail::options_page(), "unit_db");
}

TEST_CASE("the example of a .env is what the table says", "[db][config][docs]") {
    support::check_part(support::source_tree() / ".env.example", "# Options, with their defaults.\n", "",
                        hawser::detail::options_env_example(), "unit_db");
}
