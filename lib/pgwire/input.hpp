#pragma once
// Bytes that came from the server, taken apart without trust.
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <pgwire/network_order.hpp>
#include <string_view>

namespace hawser::pgwire {

// Reads from the front. What is not there reads as zeros and empty text, and ok() is false from then on: check once,
// at the end, but before a number that was read is used as a size. Views lie in the bytes given.
class input {
public:
    explicit input(std::string_view bytes) noexcept : left_(bytes) {}

    template <std::integral I>
    I integer() noexcept {
        const std::string_view from = take(sizeof(I));
        const char* const at = from.data();
        return from.empty() ? I{0} : load<I>(at);
    }
    char byte() noexcept {
        const std::string_view one = take(1);
        return one.empty() ? '\0' : one[0];
    }
    std::string_view take(std::size_t n) noexcept {
        if (n > left_.size()) {
            fail();
            return {};
        }
        const std::string_view taken = left_.substr(0, n);
        left_.remove_prefix(n);
        return taken;
    }
    // The protocol's String: up to a zero, which is taken too.
    std::string_view text() noexcept {
        const std::size_t end = left_.find('\0');
        if (end == std::string_view::npos) {
            fail();
            return {};
        }
        const std::string_view taken = take(end);
        take(1);
        return taken;
    }
    // A value behind its length. False where the length is -1, NULL; lengths below -1 are a failure.
    bool value(std::string_view& out) noexcept {
        const auto length = integer<std::int32_t>();
        out = {};
        if (length == -1) return false;
        if (length < 0)
            fail();
        else
            out = take(static_cast<std::size_t>(length));
        return true;
    }
    std::string_view rest() noexcept { return take(left_.size()); }

    void fail() noexcept {
        ok_ = false;
        left_ = {};
    }
    [[nodiscard]] std::size_t left() const noexcept { return left_.size(); }
    [[nodiscard]] bool ok() const noexcept { return ok_; }
    // All was there, and nothing is left.
    [[nodiscard]] bool finished() const noexcept { return ok_ && left_.empty(); }

private:
    std::string_view left_;
    bool ok_ = true;
};

} // namespace hawser::pgwire
