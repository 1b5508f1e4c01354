#pragma once
// The same statements, named in two translation units.
#include <array>
#include <hawser/db/entity_plan.hpp>
#include <hawser/mapping/literal.hpp>
#include <hawser/mapping/select.hpp>
#include "app_schema.hpp"

namespace mapping_test {

using addresses = std::array<const void*, 7>;

// Internal linkage: each translation unit has its own.
static addresses addresses_here() {
    using namespace hawser::detail;
    using app::account;
    using by_owner = decltype(hawser::col<&account::owner> == "ada");
    return {&statement_of<account, insert_text<account>>,
            &statement_of<account, update_text<account>>,
            &statement_of<account, select_text<account, by_owner, limited>>,
            &statement_of<account, count_text<account, every_row>>,
            &literal_statement<"select id from accounts where owner = $1">,
            &table_of<account>,
            &plan_of<account>};
}

addresses addresses_there();

} // namespace mapping_test
