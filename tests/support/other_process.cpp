#include "support/other_process.hpp"
#include "support/raw_sqlite.hpp"
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ; // NOLINT

namespace support {
namespace {

constexpr const char* asked = "HAWSER_TEST_SERVES";
constexpr int asks_at = 10; // descriptors of the child
constexpr int answers_at = 11;

struct head {
    std::uint32_t size;
    std::uint32_t number; // how many times; or whether it succeeded
};

bool take(int from, void* to, std::size_t size) {
    auto* at = static_cast<char*>(to);
    while (size > 0) {
        const ssize_t got = ::read(from, at, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}
bool give(int to, const void* from, std::size_t size) {
    const auto* at = static_cast<const char*>(from);
    while (size > 0) {
        const ssize_t given = ::write(to, at, size);
        if (given < 0 && errno == EINTR) continue;
        if (given <= 0) return false;
        at += given;
        size -= static_cast<std::size_t>(given);
    }
    return true;
}
bool tell(int to, const std::string& text, std::uint32_t number) {
    const head h{static_cast<std::uint32_t>(text.size()), number};
    return give(to, &h, sizeof h) && give(to, text.data(), text.size());
}
bool hear(int from, std::string& text, std::uint32_t& number) {
    head h{};
    if (!take(from, &h, sizeof h)) return false;
    text.resize(h.size);
    number = h.number;
    return take(from, text.data(), text.size());
}

[[noreturn]] void serve(const std::string& path) {
    std::string text;
    std::uint32_t times = 0;
    try {
        raw_sqlite db(path);
        sqlite3_busy_timeout(db.handle(), 30000);
        db.exec("pragma wal_autocheckpoint=0");
        sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        tell(answers_at, {}, 1);
        while (hear(asks_at, text, times)) {
            try {
                for (; times > 1; --times) db.exec(text);
                const bool one = text.find(';') == std::string::npos;
                const std::string found = one ? db.text(text) : (db.exec(text), std::string());
                tell(answers_at, found, 1);
            } catch (const std::exception& e) { tell(answers_at, e.what(), 0); }
        }
    } catch (const std::exception& e) { tell(answers_at, e.what(), 0); }
    ::_exit(0);
}

[[maybe_unused]] const bool served = [] {
    if (const char* path = std::getenv(asked)) serve(path);
    return false;
}();

} // namespace

other_process::other_process(const std::string& path) {
    std::array<int, 2> asks{};
    std::array<int, 2> answers{};
    if (::pipe2(asks.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe to another process");
    to_ = asks[1];
    from_ = answers[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, asks[0], asks_at);
    posix_spawn_file_actions_adddup2(&actions, answers[1], answers_at);
    std::string variable = std::string(asked) + "=" + path;
    std::vector<char*> environment;
    for (char** v = environ; *v != nullptr; ++v) environment.push_back(*v);
    environment.push_back(variable.data());
    environment.push_back(nullptr);
    std::string name = "other process";
    std::array<char*, 2> arguments{name.data(), nullptr};
    const int failed =
        ::posix_spawn(&child_, "/proc/self/exe", &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(asks[0]);
    ::close(answers[1]);
    if (failed != 0) throw std::runtime_error("no other process");
    finish();
}

other_process::~other_process() {
    kill();
    ::close(to_);
    ::close(from_);
}

void other_process::kill() {
    if (child_ == 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
}

void other_process::start(const std::string& sql, unsigned times) {
    if (!tell(to_, sql, times)) throw std::runtime_error("the other process has ended");
}

std::string other_process::finish() {
    std::string answer;
    std::uint32_t succeeded = 0;
    if (!hear(from_, answer, succeeded)) throw std::runtime_error("the other process has ended");
    if (succeeded == 0) throw std::runtime_error(answer);
    return answer;
}

void other_process::exec(const std::string& sql) {
    start(sql);
    finish();
}

std::string other_process::text(const std::string& sql) {
    start(sql);
    return finish();
}

} // namespace support
