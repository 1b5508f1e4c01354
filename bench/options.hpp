#pragma once
#include <cstddef>
#include <stdexcept>
#include <string>

namespace bench {

// How much work a run of each contender does.
struct sizes {
    std::size_t rows = 1'000'000; // of a bulk insert and of the table that is read
    std::size_t in_flight = 256;
    std::size_t durable_each = 800; // awaited inserts of each caller, FULL
    std::size_t normal_each = 1600; // same, NORMAL
    std::size_t reads_each = 2000;  // point reads of each caller
    std::size_t single_commits = 1000;
    bool counts_instructions = true; // where valgrind is installed
    std::size_t counted = 1280;      // operations whose instructions are counted
    std::size_t streamed_rows = 10'000'000;
    std::size_t crowd = 100'000; // coroutines that insert at once
    std::size_t big_file_bytes = 10'000'000'000;
    std::size_t postgres_rows = 100'000; // of the table that is read
    std::size_t postgres_reads = 200'000;
    std::size_t postgres_single_reads = 40'000; // one at a time
    std::size_t postgres_inserts = 20'000;
    std::size_t postgres_copied = 500'000;
    std::size_t postgres_counted = 2560; // operations whose instructions and system calls are counted

    // So little that figures mean nothing: for tests of the suite itself.
    [[nodiscard]] static sizes tiny() {
        return {.rows = 5000,
                .in_flight = 16,
                .durable_each = 8,
                .normal_each = 16,
                .reads_each = 20,
                .single_commits = 10,
                .counts_instructions = false,
                .counted = 64,
                .streamed_rows = 50'000,
                .crowd = 2000,
                .big_file_bytes = 20'000'000,
                .postgres_rows = 2000,
                .postgres_reads = 1024,
                .postgres_single_reads = 100,
                .postgres_inserts = 128,
                .postgres_copied = 2000,
                .postgres_counted = 256};
    }
};

struct options {
    std::string suite;
    std::string json{};      // file to write the figures to
    std::string only{};      // a part of the names of cases
    std::string contender{}; // a part of the names of contenders
    std::string commit{};    // what the figures are of
    std::string peers{};     // file that says how to run the peers
    int rounds = 5;
    bool pins = true;
    bool warm_up = true;
    bool list = false;
    bool help = false;
    sizes of{};
};

class usage_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Throws usage_error.
[[nodiscard]] options parse_options(int argc, const char* const* argv);
[[nodiscard]] const char* usage() noexcept;

} // namespace bench
