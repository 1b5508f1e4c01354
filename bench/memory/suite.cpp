#include "memory/suite.hpp"
#include <utility>

namespace bench {

cases memory_suite(const context& with) {
    cases all = flat_memory_cases(with);
    for (bench_case& c : big_file_cases(with)) all.push_back(std::move(c));
    return all;
}

} // namespace bench
