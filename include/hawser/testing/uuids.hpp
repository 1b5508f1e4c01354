#pragma once
// Uuids that a test can foretell: open_options::uuids.
#include <cstdint>
#include <hawser/core/uuid_source.hpp>
#include <mutex>

namespace hawser::testing {

// The same seed gives the same uuids in the same order, on every machine; another seed gives others. They are of the
// form of RFC 9562, and those of version 7 hold the clock's time and grow as uuid::v7() promises. Thread-safe.
class seeded_uuids final : public uuid_source {
public:
    explicit seeded_uuids(std::uint64_t seed = 1) noexcept : state_(seed) {}

    [[nodiscard]] uuid v4() override;
    [[nodiscard]] uuid v7(timestamp now) override;

private:
    std::uint64_t random() noexcept;

    std::mutex mutex_;
    std::uint64_t state_;
    std::uint64_t last_ordered_ = 0; // milliseconds and count of the last of version 7
};

} // namespace hawser::testing
