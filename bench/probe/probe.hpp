#pragma once
// What the suites run as a process of its own, so that it can be counted from outside.
#include <cstdint>
#include <string>
#include <vector>

namespace probe {

// By operator new, of all threads, so far.
[[nodiscard]] std::uint64_t allocations() noexcept;

// driver|repository|observed insert|get CALLERS EACH thread|inline: prints the allocations while one layer did one kind of work.
void run_layer(const std::vector<std::string>& arguments);
// stream|copy_in|crowd FILE ROWS: prints the peak of the process's memory in bytes.
void run_memory(const std::vector<std::string>& arguments);
// leave_log FILE ROWS: commits so many rows of nearly a page each, then ends as a crash does, without closing the file.
[[noreturn]] void leave_log(const std::vector<std::string>& arguments);

} // namespace probe
