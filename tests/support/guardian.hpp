#pragma once
// Programs that run for a test and must not outlive it.
#include <chrono>
#include <filesystem>
#include <string>
#include <sys/types.h>

namespace support {

// Whom those programs run as: ourselves; when we are root, who may do anything, the user postgres, else nobody.
struct account {
    uid_t user;
    gid_t group;
    bool another; // not ourselves

    [[nodiscard]] static account unprivileged();
    // Gives what we have made to that user, with all that is in it.
    void own(const std::filesystem::path& path) const;
};

// A shell in a session of its own. When the test program ends, however it does, kill -9 of its whole process group
// included, the shell ends what it runs and removes its folder. It inherits no descriptors.
class guardian {
public:
    using seconds = std::chrono::seconds;

    // A new folder for it, whose path is short. In the folder `within`, else where temporary files are.
    guardian(const account& as, const std::filesystem::path& within = {});
    ~guardian();
    guardian(const guardian&) = delete;
    guardian& operator=(const guardian&) = delete;

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

    // Runs a command line of the shell to its end, and returns its exit code. What it prints goes to the log.
    int run(const std::string& command, seconds at_most);
    // Begins a program that goes on; one at a time.
    [[nodiscard]] pid_t start(const std::string& command);
    // Waits until it has ended. False: it runs still.
    [[nodiscard]] bool ended(seconds at_most);

    // The last of what was printed.
    [[nodiscard]] std::string end_of_log() const;

private:
    void tell(const std::string& line);
    // Throws when no answer comes in time.
    [[nodiscard]] long answer(seconds at_most);
    [[nodiscard]] bool hear(std::string& line, seconds at_most);

    std::filesystem::path folder_;
    pid_t owner_;
    pid_t shell_ = 0;
    int line_ = -1;
    std::string heard_;
    bool waits_ = false;
};

// A word of a command line of the shell.
[[nodiscard]] std::string quoted(const std::string& word);

} // namespace support
