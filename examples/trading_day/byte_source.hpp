#pragma once
#include <memory>
#include <span>
#include <string>

namespace day {

// The bytes of a file, unpacked where it begins as gzip does. Bounded memory.
class byte_source {
public:
    // Throws input_error where there is no such regular file.
    explicit byte_source(const std::string& path);
    ~byte_source();
    byte_source(byte_source&&) noexcept;

    // How many bytes there are now in `to`; 0 at the end. Throws input_error on damaged or cut short gzip
    // data.
    [[nodiscard]] std::size_t read(std::span<char> to);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace day
