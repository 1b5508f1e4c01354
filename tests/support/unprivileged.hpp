#pragma once
// Permissions count for everybody but root: while this lives, the process is nobody special.
#include <stdexcept>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace support {

class unprivileged {
public:
    unprivileged() {
        if (was_root_ && ::seteuid(nobody) != 0) throw std::runtime_error("cannot give up being root");
    }
    ~unprivileged() {
        if (was_root_ && ::seteuid(0) != 0) std::terminate();
    }
    unprivileged(const unprivileged&) = delete;
    unprivileged& operator=(const unprivileged&) = delete;

    // Makes what root has made its own.
    static void own(const std::string& path) {
        if (::geteuid() == 0 && ::chown(path.c_str(), nobody, static_cast<gid_t>(-1)) != 0)
            throw std::runtime_error("cannot give away " + path);
    }

private:
    static constexpr uid_t nobody = 65534;
    const bool was_root_ = ::geteuid() == 0;
};

} // namespace support
