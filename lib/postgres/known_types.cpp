#include "postgres/known_types.hpp"
#include "pgwire/codec/base_type.hpp"
#include <utility>

namespace hawser::postgres {

std::shared_ptr<const pgwire::catalog_types> known_types::now() const {
    std::lock_guard lock(mutex_);
    return now_;
}

bool known_types::learn(std::span<const std::string_view> rows) {
    std::lock_guard lock(mutex_);
    auto more = now_->with(rows);
    if (!more) return false;
    now_ = std::move(more);
    return true;
}

bool is_lasting(const pgwire::type_info& type, const pgwire::types& known) noexcept {
    const pgwire::type_info* const base = pgwire::base_of(type, known);
    return base != nullptr &&
           (pgwire::built_in(base->id) != nullptr || base->kind == pgwire::type_kind::enumerated);
}

} // namespace hawser::postgres
