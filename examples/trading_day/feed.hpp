#pragma once
// Where rows come from, one after the other.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>

namespace day {

template <class T>
class feed {
public:
    virtual ~feed() = default;
    // False at the end; `row` is then as it was.
    [[nodiscard]] virtual bool next(T& row) = 0;
};

// What is known of a feed before its first row is stored.
struct feed_facts {
    std::uint64_t rows = 0;
    std::set<std::string> symbols; // of ticks
};

// A feed as an input range, which copy_in takes. Calls `seen` for each row.
template <class T, class Seen>
class feed_range {
public:
    feed_range(feed<T>& from, Seen& seen) : from_(&from), seen_(&seen) {}

    class iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        explicit iterator(feed_range* range) : range_(range) { ++*this; }
        T&& operator*() const { return std::move(range_->row_); }
        iterator& operator++() {
            if (range_->from_->next(range_->row_))
                (*range_->seen_)();
            else
                range_ = nullptr;
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& i, std::default_sentinel_t) { return i.range_ == nullptr; }

    private:
        feed_range* range_ = nullptr;
    };
    iterator begin() { return iterator(this); }
    static std::default_sentinel_t end() { return {}; }

private:
    feed<T>* from_;
    Seen* seen_;
    T row_{};
};

} // namespace day
