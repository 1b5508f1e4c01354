#include "acknowledgements.hpp"
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace day {
namespace {

std::string named(const char* kind, std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return kind + std::string(digits.size() < 9 ? 9 - digits.size() : 0, '0') + digits;
}

} // namespace

std::string order_name(std::uint64_t number) {
    return named("day-", number);
}

acknowledgements::acknowledgements(const std::optional<std::string>& path) {
    if (!path) return;
    file_ = ::open(path->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (file_ < 0) throw std::runtime_error(*path + ": cannot be opened for writing");
}

acknowledgements::~acknowledgements() {
    if (file_ >= 0) ::close(file_);
}

void acknowledgements::predictions(std::uint64_t rows) const {
    append(named("log-", rows));
}

void acknowledgements::append(const std::string& record) const {
    if (file_ < 0) return;
    const std::string line = record + '\n';
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        throw std::runtime_error("writing an acknowledgement failed");
}

} // namespace day
