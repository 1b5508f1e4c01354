#pragma once
// Lists in the server's messages.
#include "pgwire/format.hpp"
#include "pgwire/input.hpp"
#include "pgwire/types.hpp"
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace hawser::pgwire {

// Values behind each other, which `Take` takes off the front. Kept are their bytes alone; the values are made while one
// goes through them. One that was read() is known to be whole.
template <class T, T (*Take)(input&) noexcept>
class list {
public:
    class iterator {
    public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        iterator(std::string_view bytes, std::size_t left) noexcept : in_(bytes), left_(left) { load(); }
        const T& operator*() const noexcept { return current_; }
        const T* operator->() const noexcept { return &current_; }
        iterator& operator++() noexcept {
            --left_;
            load();
            return *this;
        }
        void operator++(int) noexcept { ++*this; }
        bool operator==(std::default_sentinel_t) const noexcept { return left_ == 0; }

    private:
        void load() noexcept {
            if (left_ > 0) current_ = Take(in_);
        }

        input in_;
        std::size_t left_; // with the current one
        T current_{};
    };

    // Takes so many; the input has failed where they are not there.
    static list read(input& in, std::size_t count) noexcept {
        const std::size_t before = in.left();
        list taken;
        taken.bytes_ = input(in).rest();
        for (; taken.size_ < count && in.ok(); ++taken.size_) static_cast<void>(Take(in));
        if (!in.ok()) return {};
        taken.bytes_ = taken.bytes_.substr(0, before - in.left());
        return taken;
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] iterator begin() const noexcept { return {bytes_, size_}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

private:
    std::string_view bytes_{};
    std::size_t size_ = 0;
};

inline std::string_view take_text(input& in) noexcept {
    return in.text();
}
inline oid take_oid(input& in) noexcept {
    return in.integer<oid>();
}
// Fails for a format that there is not.
inline format take_format(input& in) noexcept {
    const auto code = in.integer<std::uint16_t>();
    if (code > 1) in.fail();
    return code == 1 ? format::binary : format::text;
}

using text_list = list<std::string_view, take_text>;
using oid_list = list<oid, take_oid>;
using format_list = list<format, take_format>;

} // namespace hawser::pgwire
