#pragma once
#include <cstdint>
#include <exception>
#include <string>

namespace hawser::sqlite {

// The file that was opened under a path, to be known again. It is only asked for, never opened: to close a second
// descriptor of a database would drop its locks.
class opened_file {
public:
    opened_file() = default; // none, which is always there
    explicit opened_file(std::string path);
    // The failure where it was removed or renamed, or another file has taken its place; null while it is there.
    [[nodiscard]] std::exception_ptr gone() const;

private:
    std::string path_;
    std::uint64_t device_ = 0;
    std::uint64_t number_ = 0;
};

// Whether the file, or the folder that it will be in, is on this machine, as far as the system tells. A file that is
// mapped from elsewhere may fail or change behind the mapping.
[[nodiscard]] bool is_local(const std::string& path);

} // namespace hawser::sqlite
