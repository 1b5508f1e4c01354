#pragma once
#include "measure.hpp"
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace bench {

// Under what circumstances: name and text.
using conditions = std::vector<std::pair<std::string, std::string>>;

// For people.
void print_case(std::ostream& out, const case_result& r);
// {"suite":..,"cases":[..],"conditions":{..},"notes":{case: [..]}}: one case for each contender, and for each bar of it.
// `ratio` is the figure that the bar speaks of, `of` which figure that is, `against` the other contender of it; figures
// that there are none of are null. Notes of contenders, or who is left out and why, where there are some.
[[nodiscard]] std::string to_json(const std::string& suite, const std::vector<case_result>& results,
                                  const conditions& under = {});

} // namespace bench
