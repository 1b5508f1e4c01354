#include "sqlite/file_system.hpp"
#include <algorithm>
#include <filesystem>
#include <hawser/core/error.hpp>
#include <iterator>
#include <sys/stat.h>
#include <utility>
#ifdef __linux__
#include <sys/vfs.h>
#endif

namespace hawser::sqlite {

opened_file::opened_file(std::string path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return;
    path_ = std::move(path);
    device_ = found.st_dev;
    number_ = found.st_ino;
}

std::exception_ptr opened_file::gone() const {
    struct stat found{};
    if (path_.empty()) return nullptr;
    if (::stat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == number_)
        return nullptr;
    return make_error(errc::connection_lost, path_ + " was removed, renamed or replaced while it was open");
}

bool is_local(const std::string& path) {
#ifdef __linux__
    constexpr unsigned long remote[] = {
        0x6969,     // nfs
        0x517b,     // smb
        0xff534d42, // cifs
        0xfe534d42, // smb2
        0x01021997, // 9p
        0x5346414f, // afs
        0x73757245, // coda
        0x00c36400, // ceph
        0x65735546, // fuse: sshfs and the like, and also local ones
    };
    struct statfs found{};
    const auto folder = std::filesystem::path(path).parent_path();
    if (statfs(path.c_str(), &found) != 0 && (folder.empty() || statfs(folder.c_str(), &found) != 0))
        return true;
    const auto type = static_cast<unsigned long>(found.f_type) & 0xffffffff;
    return std::find(std::begin(remote), std::end(remote), type) == std::end(remote);
#else
    (void)path;
    return true;
#endif
}

} // namespace hawser::sqlite
