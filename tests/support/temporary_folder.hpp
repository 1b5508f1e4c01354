#pragma once
// A folder of the test's own, gone when the test is over: the testing kit's.
#include <hawser/testing/temporary_folder.hpp>

namespace support {

using hawser::testing::temporary_folder;

} // namespace support
