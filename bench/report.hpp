#pragma once
#include "measure.hpp"
#include <iosfwd>
#include <string>
#include <vector>

namespace bench {

// For people.
void print_table(std::ostream& out, const std::vector<case_result>& results);
// {"suite":..,"cases":[..]}: one entry for each contender, and for each bar of it.
[[nodiscard]] std::string to_json(const std::string& suite, const std::vector<case_result>& results);

} // namespace bench
