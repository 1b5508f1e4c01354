#pragma once
// Real data that is too large for this tree.
#include <optional>
#include <string>

namespace support {

// The path of a file in the folder of shared data: HAWSER_DATA where it is set, else `shared/data` in a folder
// around the executable. None: the file is not on this machine.
[[nodiscard]] std::optional<std::string> shared_data(const std::string& name);

} // namespace support
