#include "support/process_memory.hpp"
#include <fstream>
#include <malloc.h>
#include <string>

namespace support {
namespace {

// "VmRSS:     1234 kB"
std::size_t status_bytes(const std::string& name) {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word)
        if (word == name) {
            std::size_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes << 10;
        }
    return 0;
}

} // namespace

std::size_t resident_bytes() {
    return status_bytes("VmRSS:");
}
std::size_t largest_resident_bytes() {
    return status_bytes("VmHWM:");
}
void reset_largest() {
    ::malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << 5;
}

} // namespace support
