#pragma once
#include "options.hpp"
#include "peers.hpp"
#include "report.hpp"
#include <string>
#include <vector>

namespace bench {

// What others want of the processors. Figures made beside much of it are worth little.
[[nodiscard]] std::string load_here();

// Of the commit, the machine, the build, and the libraries; no names of hosts, no paths.
[[nodiscard]] conditions conditions_here(const options& o, const std::vector<peer>& peers,
                                         const std::string& load);

} // namespace bench
