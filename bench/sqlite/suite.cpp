#include "sqlite/suite.hpp"
#include <iterator>
#include <utility>

namespace bench {

cases sqlite_suite(const context& with) {
    cases all;
    for (auto* part : {bulk_insert_cases, awaited_insert_cases, point_read_cases, scan_cases,
                       checkpoint_cases, io_thread_cases, reader_beside_cases, layer_cases, compile_cases}) {
        cases some = part(with);
        all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    return all;
}

} // namespace bench
