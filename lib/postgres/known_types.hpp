#pragma once
#include "pgwire/catalog_types.hpp"
#include <memory>
#include <mutex>
#include <span>
#include <string_view>

namespace hawser::postgres {

// What is known of the types of one database, by all its connections: what one has asked for, none asks again.
class known_types {
public:
    [[nodiscard]] std::shared_ptr<const pgwire::catalog_types> now() const;
    // Bodies of the DataRow messages that answer catalog_types::query. False: they do not.
    [[nodiscard]] bool learn(std::span<const std::string_view> rows);

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const pgwire::catalog_types> now_ = std::make_shared<const pgwire::catalog_types>();
};

// Whether what is known of a type stays so as long as the type is there. A composite may get other attributes.
[[nodiscard]] bool is_lasting(const pgwire::type_info& type, const pgwire::types& known) noexcept;

} // namespace hawser::postgres
