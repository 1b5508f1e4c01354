// Messages are cut alike from pieces of any size. The first byte is the size.
#include "target.hpp"
#include <algorithm>
#include <cstring>
#include <pgwire/frame.hpp>
#include <string>

using namespace hawser::pgwire;

namespace {

// What was read, and how it ended.
std::string cut(std::string_view bytes, std::size_t piece) {
    frames in({.buffer = 16, .message = 4096});
    std::string read;
    auto step = frames::step::more;
    while (step == frames::step::more && !bytes.empty()) {
        const auto room = in.room();
        const std::size_t n = std::min({room.size(), bytes.size(), piece});
        std::memcpy(room.data(), bytes.data(), n);
        in.filled(n);
        bytes.remove_prefix(n);
        frame next;
        while ((step = in.next(next)) == frames::step::message)
            read.append(1, next.type).append(next.body).append(1, '|');
    }
    return read + (step == frames::step::broken ? "broken" : "more " + std::to_string(in.waiting()));
}

} // namespace

void fuzz::run(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto piece = std::size_t{1} + static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    expect(cut(bytes, piece) == cut(bytes, bytes.size()), "pieces make no difference");
}
