#include <hawser/core/errc.hpp>
#include <array>
#include <string>

namespace hawser {
namespace {

struct entry {
    std::string_view name;
    std::string_view id;
    std::string_view shown;
};

constexpr std::array entries{
    entry{"not_found", "DB_QRY_002", "The record was not found."},
    entry{"too_many_rows", "DB_QRY_003", "More than one record was found."},
    entry{"unique_violation", "DB_CON_001", "A record with these values exists already."},
    entry{"foreign_key_violation", "DB_CON_002", "A related record is missing or still in use."},
    entry{"not_null_violation", "DB_CON_003", "A required value is missing."},
    entry{"check_violation", "DB_CON_004", "A value is not allowed."},
    entry{"exclusion_violation", "DB_CON_005", "The values conflict with another record."},
    entry{"stale_object", "DB_TXN_003", "The record was changed by someone else."},
    entry{"validation_failed", "DB_VAL_001", "Some values are not valid."},
    entry{"precondition_failed", "DB_TXN_004", "A condition for this change does not hold."},
    entry{"serialization_failure", "DB_TXN_005", "Please try again."},
    entry{"deadlock", "DB_TXN_006", "Please try again."},
    entry{"busy", "DB_TXN_002", "The database is busy, please try again."},
    entry{"lock_timeout", "DB_TXN_002", "The database is busy, please try again."},
    entry{"statement_timeout", "DB_QRY_004", "The request took too long."},
    entry{"cancelled", "DB_QRY_005", "The request was cancelled."},
    entry{"pool_exhausted", "DB_PERF_002", "The service is overloaded, please try again."},
    entry{"connection_lost", "DB_CONN_002", "The database is not available."},
    entry{"connect_failed", "DB_CONN_001", "The database is not available."},
    entry{"commit_unknown", "DB_TXN_007", "It is not known whether the change was stored."},
    entry{"read_only", "DB_SEC_002", "The database may only be read."},
    entry{"syntax_error", "DB_QRY_001", "The request could not be processed."},
    entry{"undefined_object", "DB_QRY_001", "The request could not be processed."},
    entry{"permission_denied", "DB_SEC_001", "This is not allowed."},
    entry{"type_mismatch", "DB_QRY_006", "A value has the wrong type."},
    entry{"out_of_range", "DB_QRY_007", "A value is out of range."},
    entry{"disk_full", "DB_STO_001", "The storage is full."},
    entry{"corrupt", "DB_STO_002", "The storage is damaged."},
    entry{"closed", "DB_CONN_003", "The database is closed."},
    entry{"misuse", "DB_USE_001", "The request could not be processed."},
    entry{"unsupported", "DB_USE_002", "The request is not supported."},
};
static_assert(entries.size() == static_cast<std::size_t>(errc::unsupported));

constexpr const entry& entry_of(errc kind) noexcept {
    const auto at = static_cast<std::size_t>(kind) - 1;
    return at < entries.size() ? entries[at] : entries[static_cast<std::size_t>(errc::misuse) - 1];
}

class hawser_category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "hawser"; }
    std::string message(int value) const override { return std::string(to_string(static_cast<errc>(value))); }
};

} // namespace

std::string_view to_string(errc kind) noexcept {
    return entry_of(kind).name;
}
std::string_view error_id(errc kind) noexcept {
    return entry_of(kind).id;
}
bool is_contention(errc kind) noexcept {
    return kind == errc::serialization_failure || kind == errc::deadlock || kind == errc::busy ||
           kind == errc::lock_timeout;
}

const boost::system::error_category& category() noexcept {
    static const hawser_category instance;
    return instance;
}

namespace detail {
std::string_view shown_text(errc kind) noexcept {
    return entry_of(kind).shown;
}
} // namespace detail

} // namespace hawser
