#include "postgres/suite.hpp"

namespace bench {

cases postgres_row_cases(const context& with, const postgres_place& at) {
    const postgres_work all{.name = "rows", .count = with.n.postgres_rows};
    return {
        postgres_case("100 k rows into structs", with, at, all, {.over_libpq = 1.0, .cpu_of_libpq = 0.65})};
}

} // namespace bench
