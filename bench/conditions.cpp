#include "conditions.hpp"
#include "raw_sqlite.hpp"
#include <boost/version.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace bench {
namespace {

std::string processor() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown processor";
}

std::string memory() {
    const auto bytes =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    return std::to_string(static_cast<int>(bytes / (1u << 30) + 0.5)) + " GiB";
}

std::string kernel() {
    utsname name{};
    uname(&name);
    const std::string release = name.release;
    return std::string(name.sysname) + ' ' + release.substr(0, release.find_first_not_of("0123456789."));
}

std::string file_system() {
    struct statfs is{};
    if (::statfs(".", &is) != 0) return "unknown";
    switch (static_cast<unsigned long>(is.f_type)) {
    case 0xEF53: return "ext4";
    case 0x58465342: return "xfs";
    case 0x9123683E: return "btrfs";
    case 0x01021994: return "tmpfs, where durability costs nothing";
    case 0x794C7630: return "overlayfs";
    default: return "another one";
    }
}

std::string today() {
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const std::chrono::year_month_day ymd(day);
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                  static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
    return text;
}

// With the version of its SQLite where that is another.
std::string described(const peer& p) {
    if (!p.skipped.empty()) return p.name + " left out (" + p.skipped + ')';
    const bool other = !p.sqlite.empty() && p.sqlite != sqlite_version();
    return p.library + (other ? " (SQLite " + p.sqlite + ')' : "");
}

std::string compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "GCC " __VERSION__;
#endif
}

std::string boost_version() {
    return std::to_string(BOOST_VERSION / 100000) + '.' + std::to_string(BOOST_VERSION / 100 % 1000);
}

} // namespace

std::string load_here() {
    double average[1] = {0};
    if (getloadavg(average, 1) != 1) return "unknown";
    return std::to_string(static_cast<int>(average[0] + 0.5)) +
           " threads of other programs wanted to run when it began";
}

conditions conditions_here(const options& o, const std::vector<peer>& peers, const std::string& load) {
    conditions all{
        {"commit", o.commit.empty() ? "unknown" : o.commit},
        {"date", today()},
        {"machine", std::to_string(std::thread::hardware_concurrency()) + " processors, " + processor() +
                        ", " + memory()},
        {"system", kernel() + ", " + file_system()},
        {"compiler", compiler()},
        {"libraries", "SQLite " + sqlite_version() + ", Boost " + boost_version()},
        {"load", load},
        {"rounds", std::to_string(o.rounds) + (o.warm_up ? ", after one that does not count" : "")},
        {"threads",
         o.pins ? "where hand-offs count the caller on one processor, the driver's on the others; all else, "
                  "the raw side and the peers too, where the scheduler puts it"
                : "where the scheduler puts them"}};
    std::string who;
    for (const peer& p : peers) who += (who.empty() ? "" : "; ") + described(p);
    if (!who.empty()) all.emplace_back("peers", who);
    return all;
}

} // namespace bench
