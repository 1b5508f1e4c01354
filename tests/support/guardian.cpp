#include "support/guardian.hpp"
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <iterator>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace support {
namespace {

using steady = std::chrono::steady_clock;

// $1: its folder. A command a line: 'run ..', 'start ..', 'reap'; each is answered with a number.
constexpr const char* script = R"sh(
exec 2>>"$1/log"
trap '' INT TERM HUP PIPE
running=
while IFS= read -r line; do
    case $line in
        'run '*) ( eval "${line#run }" ) >>"$1/log" 2>&1 </dev/null; echo $? ;;
        'start '*) ( eval "exec ${line#start }" ) >>"$1/log" 2>&1 </dev/null & running=$!; echo "$running" ;;
        reap) wait "$running"; echo $?; running= ;;
    esac
done
if [ -n "$running" ]; then
    kill -QUIT "$running" 2>/dev/null
    kill -CONT "$running" 2>/dev/null
    wait "$running"
fi
exec rm -rf -- "$1"
)sh";

// A socket's path has little room.
std::filesystem::path new_folder(const std::filesystem::path& within) {
    std::filesystem::path in = within.empty() ? std::filesystem::temp_directory_path() : within;
    if (within.empty() && in.native().size() > 60) in = "/tmp";
    std::string pattern = (in / "hawser-pg-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("cannot make a folder in " + in.string());
    return pattern;
}

void close_from(unsigned first) noexcept {
    if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
    for (int fd = static_cast<int>(first); fd < 65536; ++fd) ::close(fd);
}

// Between fork and exec: nothing but system calls.
[[noreturn]] void become_shell(const account& as, int line, const char* const* arguments,
                               char** environment) noexcept {
    ::setsid();
    ::dup2(line, 0);
    ::dup2(line, 1);
    ::dup2(::open("/dev/null", O_WRONLY), 2); // until the shell has its log
    close_from(3);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGCHLD, SIG_DFL); // ignored, it would take away what is waited for
    const bool became =
        !as.another || (::setgroups(1, &as.group) == 0 && ::setgid(as.group) == 0 && ::setuid(as.user) == 0);
    if (became && ::chdir("/") == 0) ::execve("/bin/sh", const_cast<char**>(arguments), environment);
    ::_exit(127);
}

} // namespace

account account::unprivileged() {
    if (::geteuid() != 0) return {::geteuid(), ::getegid(), false};
    for (const char* name : {"postgres", "nobody"})
        if (const passwd* found = ::getpwnam(name)) return {found->pw_uid, found->pw_gid, true};
    throw std::runtime_error("neither a user postgres nor nobody");
}

void account::own(const std::filesystem::path& path) const {
    if (!another) return;
    const auto give = [this](const std::filesystem::path& one) {
        if (::lchown(one.c_str(), user, group) != 0)
            throw std::runtime_error("cannot give away " + one.string());
    };
    give(path);
    if (!is_directory(path)) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) give(entry.path());
}

guardian::guardian(const account& as, const std::filesystem::path& within)
    : folder_(new_folder(within)), owner_(::getpid()) {
    as.own(folder_);
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::runtime_error("no line to a guardian");
    const std::array<const char*, 6> arguments{"/bin/sh", "-c", script, "guardian", folder_.c_str(), nullptr};
    std::array<char[64], 2> variables{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
    std::array<char*, 3> environment{variables[0], variables[1], nullptr};
    shell_ = ::fork();
    if (shell_ == 0) become_shell(as, ends[1], arguments.data(), environment.data());
    ::close(ends[1]);
    line_ = ends[0];
    if (shell_ < 0) throw std::runtime_error("no guardian");
}

guardian::~guardian() {
    if (::getpid() != owner_) return; // a fork of the test program
    ::close(line_);
    const auto until = steady::now() + seconds(30);
    while (::waitpid(shell_, nullptr, WNOHANG) == 0 && steady::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored); // where another user may not
}

int guardian::run(const std::string& command, seconds at_most) {
    tell("run " + command);
    return static_cast<int>(answer(at_most));
}

pid_t guardian::start(const std::string& command) {
    tell("start " + command);
    return static_cast<pid_t>(answer(seconds(10)));
}

bool guardian::ended(seconds at_most) {
    if (!waits_) tell("reap");
    waits_ = true;
    std::string line;
    if (!hear(line, at_most)) return false;
    waits_ = false;
    return true;
}

std::string guardian::end_of_log() const {
    constexpr std::size_t most = 2000;
    std::ifstream in(folder_ / "log");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return text.size() > most ? text.substr(text.size() - most) : text;
}

void guardian::tell(const std::string& line) {
    const std::string text = line + '\n';
    if (::send(line_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
        throw std::runtime_error("the guardian has ended");
}

long guardian::answer(seconds at_most) {
    std::string line;
    if (!hear(line, at_most)) throw std::runtime_error("the guardian does not answer:\n" + end_of_log());
    return std::stol(line);
}

bool guardian::hear(std::string& line, seconds at_most) {
    const auto until = steady::now() + at_most;
    for (;;) {
        if (const auto end = heard_.find('\n'); end != std::string::npos) {
            line = heard_.substr(0, end);
            heard_.erase(0, end + 1);
            return true;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now()).count();
        if (left <= 0) return false;
        pollfd waiting{line_, POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(left)) <= 0) continue;
        std::array<char, 256> some{};
        const ssize_t got = ::recv(line_, some.data(), some.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) throw std::runtime_error("the guardian has ended:\n" + end_of_log());
        heard_.append(some.data(), static_cast<std::size_t>(got));
    }
}

std::string quoted(const std::string& word) {
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
    return text + '\'';
}

} // namespace support
