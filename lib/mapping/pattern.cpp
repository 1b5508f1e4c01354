#include <algorithm>
#include <hawser/mapping/pattern.hpp>
#include <vector>

// A part of a pattern makes a set of places in the value from another: those that it may lead to. A place enters a
// repetition's result once, so that nothing is tried twice.
namespace hawser::detail {
namespace {

using places = std::vector<std::size_t>; // sorted, each once

void unite(places& into, const places& more) {
    places all;
    all.reserve(into.size() + more.size());
    std::set_union(into.begin(), into.end(), more.begin(), more.end(), std::back_inserter(all));
    into.swap(all);
}

// The code point at `at`, which moves behind it; a byte that is no UTF-8 stands for itself.
char32_t next_character(std::string_view s, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned lead = byte(at++);
    const unsigned more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (more == 0) return lead;
    char32_t c = lead & (0x3Fu >> more);
    for (unsigned i = 0; i < more; ++i) {
        if (at == s.size() || (byte(at) & 0xC0u) != 0x80u) return c;
        c = (c << 6) | (byte(at++) & 0x3Fu);
    }
    return c;
}

bool is_between(char32_t c, char32_t low, char32_t high) {
    return low <= c && c <= high;
}
bool is_of_kind(char32_t c, char kind) {
    switch (kind) {
    case 'd': return is_between(c, '0', '9');
    case 'w':
        return is_between(c, '0', '9') || is_between(c, 'a', 'z') || is_between(c, 'A', 'Z') || c == '_';
    case 's': return c == ' ' || is_between(c, '\t', '\r');
    default: return c == static_cast<unsigned char>(kind);
    }
}
bool is_kind(char c) {
    return c == 'd' || c == 'w' || c == 's';
}

// `set` is what stands between the brackets.
bool is_in_class(char32_t c, std::string_view set) {
    const bool negated = set.starts_with('^');
    bool in = false;
    for (std::size_t at = negated ? 1 : 0; at < set.size();) {
        if (set[at] == '\\' && is_kind(set[at + 1])) {
            in = in || is_of_kind(c, set[at + 1]);
            at += 2;
            continue;
        }
        if (set[at] == '\\') ++at;
        const char32_t low = next_character(set, at);
        char32_t high = low;
        if (at + 1 < set.size() && set[at] == '-') {
            at += set[at + 1] == '\\' ? 2 : 1;
            high = next_character(set, at);
        }
        in = in || is_between(c, low, high);
    }
    return in != negated;
}

class pattern_match {
public:
    pattern_match(std::string_view pattern, std::string_view value) : pattern_(pattern), value_(value) {}

    places alternatives(std::size_t& at, const places& from) const {
        places reached;
        for (;;) {
            places here = from;
            while (at < pattern_.size() && pattern_[at] != '|' && pattern_[at] != ')')
                here = repeated(at, here);
            unite(reached, here);
            if (at == pattern_.size() || pattern_[at] == ')') return reached;
            ++at;
        }
    }

private:
    places repeated(std::size_t& at, const places& from) const {
        const std::size_t first = at;
        pattern_cursor end(pattern_, at);
        unsigned least = 0, most = 0;
        end.skip_atom();
        end.read_repetition(least, most);
        at = end.at();
        places here = from;
        for (unsigned i = 0; i < least && !here.empty(); ++i) here = atom(first, here);
        places reached = here, fresh = here;
        for (unsigned i = least; i < most && !fresh.empty(); ++i) {
            const places next = atom(first, fresh);
            fresh.clear();
            std::set_difference(next.begin(), next.end(), reached.begin(), reached.end(),
                                std::back_inserter(fresh));
            unite(reached, fresh);
        }
        return reached;
    }
    places atom(std::size_t at, const places& from) const {
        if (pattern_[at] == '(') return alternatives(++at, from);
        pattern_cursor end(pattern_, at);
        end.skip_atom();
        const std::string_view text = pattern_.substr(at, end.at() - at);
        places reached;
        for (const std::size_t place : from) {
            if (place == value_.size()) continue;
            std::size_t next = place;
            if (is_one_of(next_character(value_, next), text)) reached.push_back(next);
        }
        return reached;
    }
    static bool is_one_of(char32_t c, std::string_view atom) {
        if (atom == ".") return true;
        if (atom[0] == '[') return is_in_class(c, atom.substr(1, atom.size() - 2));
        if (atom[0] == '\\') return is_of_kind(c, atom[1]);
        std::size_t at = 0;
        return c == next_character(atom, at);
    }

    std::string_view pattern_, value_;
};

} // namespace

bool matches_pattern(std::string_view pattern, std::string_view value) {
    if (value.size() > longest_matched) return false;
    std::size_t at = 0;
    const places reached = pattern_match(pattern, value).alternatives(at, {0});
    return !reached.empty() && reached.back() == value.size();
}

} // namespace hawser::detail
