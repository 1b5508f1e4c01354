#include "byte_source.hpp"
#include "input_error.hpp"
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/operations.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

namespace day {
namespace {

// A file as a device of Boost.Iostreams.
struct file_device {
    using char_type = char;
    using category = boost::iostreams::source_tag;
    std::ifstream* file;
    std::streamsize read(char* to, std::streamsize most) {
        file->read(to, most);
        return file->gcount() > 0 ? file->gcount() : -1;
    }
};

bool begins_as_gzip(std::ifstream& file) {
    char magic[2]{};
    file.read(magic, 2);
    const bool gzip = file.gcount() == 2 && magic[0] == '\x1f' && magic[1] == '\x8b';
    file.clear();
    file.seekg(0);
    return gzip;
}

} // namespace

struct byte_source::state {
    std::string path;
    std::ifstream file;
    file_device device{};
    std::optional<boost::iostreams::gzip_decompressor> gzip;
    bool ended = false;
};

byte_source::byte_source(const std::string& path) : state_(std::make_unique<state>()) {
    std::error_code ignored;
    // It is read twice: once to look through it, once to store it.
    if (!std::filesystem::is_regular_file(path, ignored))
        throw input_error(path + ": " +
                          (std::filesystem::exists(path, ignored) ? "not a regular file" : "no such file"));
    state_->path = path;
    state_->file.open(path, std::ios::binary);
    if (!state_->file) throw input_error(path + ": cannot be opened for reading");
    state_->device.file = &state_->file;
    if (begins_as_gzip(state_->file)) state_->gzip.emplace();
}

byte_source::~byte_source() = default;
byte_source::byte_source(byte_source&&) noexcept = default;

std::size_t byte_source::read(std::span<char> to) {
    state& s = *state_;
    if (s.ended) return 0;
    const auto most = static_cast<std::streamsize>(to.size());
    std::streamsize n = 0;
    try {
        n = s.gzip ? s.gzip->read(s.device, to.data(), most) : s.device.read(to.data(), most);
        // Closing is what tells an end from a cut.
        if (n <= 0 && s.gzip) s.gzip->close(s.device, std::ios_base::in);
    } catch (const std::exception&) { throw input_error(s.path + ": the gzip data is damaged or cut short"); }
    if (s.file.bad()) throw input_error(s.path + ": reading failed");
    s.ended = n <= 0;
    return s.ended ? 0 : static_cast<std::size_t>(n);
}

} // namespace day
