#pragma once
// Memory that held secrets leaves nothing of them behind.
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace hawser::pgwire {

// Overwrites the bytes; the compiler cannot leave it out.
void wipe(void* data, std::size_t n) noexcept;

template <class T>
struct wiping_allocator {
    using value_type = T;
    wiping_allocator() = default;
    template <class U>
    wiping_allocator(const wiping_allocator<U>&) noexcept {}
    [[nodiscard]] T* allocate(std::size_t n) { return std::allocator<T>().allocate(n); }
    void deallocate(T* data, std::size_t n) noexcept {
        wipe(data, n * sizeof(T));
        std::allocator<T>().deallocate(data, n);
    }
    bool operator==(const wiping_allocator&) const = default;
};

// Texts of secrets: a vector, since a std::string keeps short ones within itself.
using secret_text = std::vector<char, wiping_allocator<char>>;

[[nodiscard]] inline std::string_view view(const secret_text& text) noexcept {
    return {text.data(), text.size()};
}

} // namespace hawser::pgwire
