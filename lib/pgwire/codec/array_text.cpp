#include "pgwire/codec/array_text.hpp"
#include "pgwire/codec/text_scan.hpp"
#include <algorithm>
#include <charconv>

namespace hawser::pgwire {
namespace {

void skip_space(std::string_view& text) noexcept {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

bool take_number(std::string_view& text, std::int32_t& number) noexcept {
    const bool plus = take(text, '+');
    if (plus && text.starts_with('-')) return false;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

// The nesting of the braces: how many elements each level has, once that is known.
class braces {
public:
    bool open() noexcept {
        if (depth_ == sizes_.size() || (leaf_ > 0 && depth_ >= leaf_)) return false;
        counts_[depth_++] = 0;
        deepest_ = std::max(deepest_, depth_);
        return true;
    }
    bool close() noexcept {
        const std::size_t level = --depth_;
        if (closed_[level] && sizes_[level] != counts_[level]) return false;
        closed_[level] = true;
        sizes_[level] = counts_[level];
        if (level > 0) ++counts_[level - 1];
        return true;
    }
    bool element() noexcept {
        if (leaf_ == 0) leaf_ = depth_ == deepest_ ? depth_ : 0;
        if (leaf_ != depth_) return false;
        ++counts_[depth_ - 1];
        return true;
    }
    [[nodiscard]] bool is_open() const noexcept { return depth_ > 0; }
    [[nodiscard]] std::size_t dimensions() const noexcept { return deepest_; }
    [[nodiscard]] std::size_t size(std::size_t level) const noexcept { return sizes_[level]; }

private:
    std::size_t depth_ = 0;
    std::size_t deepest_ = 0;
    std::size_t leaf_ = 0; // the level of the elements; 0: none was seen
    std::array<std::size_t, array_header::most_dimensions> counts_{};
    std::array<std::size_t, array_header::most_dimensions> sizes_{};
    std::array<bool, array_header::most_dimensions> closed_{};
};

} // namespace

bool array_text::take_bounds(array_header& shape) noexcept {
    for (skip_space(left_); take(left_, '['); skip_space(left_)) {
        if (shape.dimensions == array_header::most_dimensions) return false;
        std::int32_t first = 1;
        std::int32_t last = 0;
        if (!take_number(left_, last)) return false;
        if (take(left_, ':')) {
            first = last;
            if (!take_number(left_, last)) return false;
        }
        if (!take(left_, ']') || last < first) return false;
        const std::int64_t size = std::int64_t{last} - first + 1;
        if (size > std::int64_t{array_header::most_elements}) return false;
        shape.dimension[shape.dimensions++] = {static_cast<std::int32_t>(size), first};
    }
    if (shape.dimensions > 0 && !take(left_, '=')) return false;
    skip_space(left_);
    return true;
}

// Up to the delimiter or the brace behind it.
bool array_text::take_piece(std::string_view& text, piece& found) const noexcept {
    found = {};
    found.quoted = take(text, '"');
    std::size_t i = 0;
    std::size_t end = 0; // of it without white space behind it
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (found.quoted ? c == '"' : c == delimiter_ || c == '}') break;
        if (!found.quoted && (c == '"' || c == '{')) return false;
        if (c == '\\') {
            found.escaped = true;
            if (++i == text.size()) return false;
        } else if (!found.quoted && is_space(c)) {
            continue;
        }
        end = i + 1;
    }
    if (i == text.size() || (!found.quoted && end == 0)) return false;
    found.raw = text.substr(0, found.quoted ? i : end);
    text.remove_prefix(found.quoted ? i + 1 : i);
    return true;
}

bool array_text::is_null(const piece& p) noexcept {
    return !p.quoted && is_word(p.raw, "null");
}

bool array_text::measure(array_header& shape) noexcept {
    shape = {};
    if (!take_bounds(shape)) return false;

    std::string_view text = left_;
    braces levels;
    bool item_wanted = true;   // behind a delimiter
    bool close_wanted = false; // behind a brace that opened, or an item
    do {
        skip_space(text);
        if (text.empty()) return false;
        if (item_wanted && take(text, '{')) {
            if (!levels.open()) return false;
            close_wanted = true;
        } else if (close_wanted && take(text, '}')) {
            if (!levels.close()) return false;
            item_wanted = false;
        } else if (!item_wanted && take(text, delimiter_)) {
            item_wanted = true;
            close_wanted = false;
        } else if (item_wanted && levels.is_open()) {
            piece p;
            if (!take_piece(text, p) || !levels.element()) return false;
            shape.has_null = shape.has_null || is_null(p);
            item_wanted = false;
            close_wanted = true;
        } else {
            return false;
        }
    } while (levels.is_open());
    skip_space(text);
    if (!text.empty()) return false;

    const bool bounds = shape.dimensions > 0;
    if (bounds && shape.dimensions != levels.dimensions()) return false;
    shape.dimensions = levels.dimensions();
    for (std::size_t i = 0; i < shape.dimensions; ++i) {
        array_dimension& d = shape.dimension[i];
        if (levels.size(i) > array_header::most_elements) return false;
        const auto size = static_cast<std::int32_t>(levels.size(i));
        if (bounds && d.size != size) return false;
        d.size = size;
    }
    if (!shape.count_elements()) return false;
    if (shape.count > 0) return true;
    const bool plain = shape.dimensions == 1; // {}, but neither {{}} nor {{},{}}
    shape.dimensions = 0;
    return plain;
}

array_text::element array_text::next() {
    while (!left_.empty() && (is_space(left_.front()) || left_.front() == '{' || left_.front() == '}' ||
                              left_.front() == delimiter_))
        left_.remove_prefix(1);
    piece p;
    if (!take_piece(left_, p)) return {};
    if (is_null(p)) return {{}, true};
    if (!p.escaped) return {p.raw, false};
    unescaped_.clear();
    for (std::size_t i = 0; i < p.raw.size(); ++i) {
        if (p.raw[i] == '\\') ++i;
        unescaped_ += p.raw[i];
    }
    return {unescaped_, false};
}

} // namespace hawser::pgwire
