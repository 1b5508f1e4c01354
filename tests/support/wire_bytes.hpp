#pragma once
// Bytes of the PostgreSQL protocol as tests write and show them: text as it stands, other bytes as hex digits in
// brackets, with blanks where they help: "S[00000012]server_version[00]15[00]". A bracket itself is [5b] or [5d].
#include <cstddef>
#include <pgwire/output.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

inline int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw std::invalid_argument("bytes in brackets are written as hex digits");
}

inline std::string wire(std::string_view notation) {
    std::string bytes;
    bool hex = false;
    for (std::size_t i = 0; i < notation.size(); ++i) {
        const char c = notation[i];
        if (c == (hex ? ']' : '['))
            hex = !hex;
        else if (!hex)
            bytes += c;
        else if (c != ' ')
            bytes += static_cast<char>(digit(c) * 16 + digit(notation.at(++i)));
    }
    if (hex) throw std::invalid_argument("a bracket is not closed");
    return bytes;
}

// The other way round, without blanks: equal for equal bytes.
inline std::string shown(std::string_view bytes) {
    std::string text;
    bool hex = false;
    for (const char c : bytes) {
        const bool plain = c >= ' ' && c <= '~' && c != '[' && c != ']';
        if (plain == hex) text += hex ? ']' : '[';
        hex = !plain;
        if (plain) {
            text += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            text += "0123456789abcdef"[byte >> 4];
            text += "0123456789abcdef"[byte & 15];
        }
    }
    return hex ? text + ']' : text;
}
inline std::string shown(const hawser::pgwire::output& out) {
    return shown(out.view());
}

// What shown() makes of the bytes that are written like this.
inline std::string spelled(std::string_view notation) {
    return shown(wire(notation));
}

// Whether such a message is read from exactly these bytes. They are copied, so that a sanitizer sees what is read
// beside them.
template <class Message>
bool is_read(std::string_view bytes) {
    const std::vector<char> alone(bytes.begin(), bytes.end());
    Message message{};
    return read(std::string_view(alone.data(), alone.size()), message);
}

// The lengths, of the bytes cut short and of them with one more, at which they are such a message nevertheless.
template <class Message>
std::vector<std::size_t> other_lengths(std::string_view bytes) {
    std::vector<std::size_t> read;
    for (std::size_t n = 0; n < bytes.size(); ++n)
        if (is_read<Message>(bytes.substr(0, n))) read.push_back(n);
    for (const char more : {'\0', 'x'})
        if (is_read<Message>(std::string(bytes) + more)) read.push_back(bytes.size() + 1);
    return read;
}

} // namespace support
