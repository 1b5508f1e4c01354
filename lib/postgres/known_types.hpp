#pragma once
#include "pgwire/catalog_types.hpp"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>

namespace hawser::postgres {

// How a statement of a caller's own was parsed.
enum class typing : std::uint8_t {
    unknown,
    declared, // the server takes their values as what they are by themselves
    open      // it has refused that, and has found out the types by itself
};

// What is known of the types of one database, by all its connections: what one has asked for, none asks again.
class known_types {
public:
    [[nodiscard]] std::shared_ptr<const pgwire::catalog_types> now() const;
    // Bodies of the DataRow messages that answer catalog_types::query. False: they do not.
    [[nodiscard]] bool learn(std::span<const std::string_view> rows);

    // By prepared::signature.
    [[nodiscard]] typing of(std::uint64_t statement) const;
    void note(std::uint64_t statement, typing how); // unknown: what was noted is no more so

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const pgwire::catalog_types> now_ = std::make_shared<const pgwire::catalog_types>();
    std::unordered_map<std::uint64_t, typing> statements_;
};

// Whether what is known of a type stays so as long as the type is there. A composite may get other attributes.
[[nodiscard]] bool is_lasting(const pgwire::type_info& type, const pgwire::types& known) noexcept;

} // namespace hawser::postgres
