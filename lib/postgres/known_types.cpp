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

typing known_types::of(std::uint64_t statement) const {
    std::lock_guard lock(mutex_);
    const auto at = statements_.find(statement);
    return at == statements_.end() ? typing::unknown : at->second;
}

void known_types::note(std::uint64_t statement, typing how) {
    constexpr std::size_t most = 4096; // texts that are made anew each time need not be kept
    std::lock_guard lock(mutex_);
    if (how == typing::unknown) {
        statements_.erase(statement);
        return;
    }
    if (statements_.size() >= most) statements_.clear();
    statements_.insert_or_assign(statement, how);
}

bool is_lasting(const pgwire::type_info& type, const pgwire::types& known) noexcept {
    const pgwire::type_info* const base = pgwire::base_of(type, known);
    return base != nullptr &&
           (pgwire::built_in(base->id) != nullptr || base->kind == pgwire::type_kind::enumerated);
}

} // namespace hawser::postgres
