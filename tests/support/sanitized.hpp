#pragma once
// Whether AddressSanitizer or ThreadSanitizer is at work. GCC defines a macro for each, clang has a feature.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAWSER_TESTS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAWSER_TESTS_SANITIZED 1
#endif
#endif

namespace support {

#ifdef HAWSER_TESTS_SANITIZED
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

} // namespace support
