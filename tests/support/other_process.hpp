#pragma once
// Another process with a connection of its own, straight through SQLite's C API.
#include <cstdint>
#include <string>
#include <sys/types.h>

namespace support {

// This same program, started anew: before main() it finds that it is to serve. Its connection waits half a minute for
// locks and makes no checkpoints.
class other_process {
public:
    explicit other_process(const std::string& path);
    ~other_process(); // ends it
    other_process(const other_process&) = delete;
    other_process& operator=(const other_process&) = delete;

    // Throws std::runtime_error with SQLite's message.
    void exec(const std::string& sql);
    // First column of the first row: "NULL" where it is NULL, empty where there is no row.
    std::string text(const std::string& sql);
    std::int64_t integer(const std::string& sql) { return std::stoll(text(sql)); }
    // Begins to run the text so many times; finish() waits until it has, and throws its failure.
    void start(const std::string& sql, unsigned times = 1);
    std::string finish();
    // By SIGKILL.
    void kill();

private:
    pid_t child_ = 0;
    int to_ = -1;
    int from_ = -1;
};

} // namespace support
