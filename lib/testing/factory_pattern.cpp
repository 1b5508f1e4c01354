// Text that a pattern of matches<..> takes.
#include <algorithm>
#include <hawser/mapping/pattern.hpp>
#include <hawser/testing/factory_values.hpp>

namespace hawser::detail {
namespace {

constexpr unsigned more_repetitions = 4;

// Walks over the pattern and takes one of its ways. Of texts that must differ, the ways are counted through: the number of
// the row is written in the radices of the choices.
class pattern_walk {
public:
    pattern_walk(draws& from, std::string_view pattern, bool distinct)
        : from_(from), pattern_(pattern), distinct_(distinct), left_(from.ordinal()) {}

    std::string take() {
        alternatives(0);
        return std::move(text_);
    }

private:
    std::uint64_t choose(std::uint64_t ways) {
        if (!distinct_) return from_.below(ways);
        const std::uint64_t way = left_ % ways;
        left_ /= ways;
        return way;
    }

    void alternatives(std::size_t at) {
        std::vector<std::size_t> starts{at};
        pattern_cursor c(pattern_, at);
        while (!c.done() && c.peek() != ')') {
            if (c.take('|')) {
                starts.push_back(c.at());
                continue;
            }
            unsigned least = 0, most = 0;
            c.skip_atom();
            c.read_repetition(least, most);
        }
        sequence(starts[choose(starts.size())]);
    }

    void sequence(std::size_t at) {
        pattern_cursor c(pattern_, at);
        while (!c.done() && c.peek() != '|' && c.peek() != ')') {
            const std::size_t first = c.at();
            c.skip_atom();
            const std::size_t last = c.at();
            unsigned least = 0, most = 0;
            c.read_repetition(least, most);
            const unsigned enough = most == pattern_cursor::no_end || most - least > more_repetitions
                                        ? least + more_repetitions
                                        : most;
            std::uint64_t times = least + choose(enough - least + 1);
            for (; times > 0; --times) atom(first, last);
            // What is not told by now is told by more of what may be repeated without end.
            for (std::uint64_t before = 0; distinct_ && most == pattern_cursor::no_end && left_ != before;) {
                before = left_;
                if (left_ > 0) atom(first, last);
            }
        }
    }

    void atom(std::size_t first, std::size_t last) {
        const std::string_view whole = pattern_.substr(first, last - first);
        switch (whole[0]) {
        case '(': alternatives(first + 1); return;
        case '[':
        case '.': one_of(whole); return;
        case '\\':
            if (whole[1] == 'd' || whole[1] == 'w' || whole[1] == 's')
                one_of(whole);
            else
                text_ += whole.substr(1);
            return;
        default: text_ += whole;
        }
    }

    // Of the characters of ASCII that can be seen, letters and digits first.
    void one_of(std::string_view one) {
        std::string taken;
        for (const bool alphanumeric : {true, false})
            for (char c = ' '; c <= '~'; ++c) {
                const bool is = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                if (is == alphanumeric && matches_pattern(one, std::string_view(&c, 1))) taken += c;
            }
        if (!taken.empty()) text_ += taken[choose(taken.size())];
    }

    draws& from_;
    std::string_view pattern_;
    bool distinct_;
    std::uint64_t left_;
    std::string text_;
};

} // namespace

std::string draw_pattern(draws& from, std::string_view pattern, bool distinct) {
    return pattern_walk(from, pattern, distinct).take();
}

} // namespace hawser::detail
