#include "pgwire/reported_settings.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace hawser::pgwire {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool reported_settings::set(std::string_view name, std::string_view value) {
    const auto at = std::find_if(settings_.begin(), settings_.end(),
                                 [name](const setting& known) { return same_name(known.name, name); });
    const bool known = at != settings_.end();
    const std::size_t bytes =
        bytes_ - (known ? at->value.size() : 0) + (known ? 0 : name.size()) + value.size();
    // an entry costs memory without a letter in it
    if (bytes > most_bytes || (!known && settings_.size() * sizeof(setting) > most_bytes)) return false;
    if (known)
        at->value = value;
    else
        settings_.push_back({std::string(name), std::string(value)});
    bytes_ = bytes;
    return true;
}

std::optional<std::string_view> reported_settings::find(std::string_view name) const noexcept {
    for (const setting& known : settings_)
        if (same_name(known.name, name)) return known.value;
    return {};
}

std::uint32_t reported_settings::server_version() const noexcept {
    std::string_view left = find("server_version").value_or(std::string_view());
    std::array<std::uint32_t, 3> parts{};
    std::size_t count = 0;
    for (; count < parts.size(); ++count) {
        const auto read = std::from_chars(left.data(), left.data() + left.size(), parts[count]);
        if (read.ec != std::errc() || parts[count] > 9999) {
            parts[count] = 0;
            break;
        }
        left.remove_prefix(static_cast<std::size_t>(read.ptr - left.data()));
        if (!left.starts_with('.')) {
            ++count;
            break;
        }
        left.remove_prefix(1);
    }
    if (count == 0) return 0;
    if (parts[0] >= 10) return parts[0] * 10'000 + parts[1];
    return parts[0] * 10'000 + parts[1] * 100 + parts[2];
}

} // namespace hawser::pgwire
