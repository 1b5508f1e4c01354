// Rows of one upsert that meet in their conflict target.
#include <cstring>
#include <functional>
#include <hawser/db/bulk/call.hpp>

namespace hawser::detail {
namespace {

bool is_number(field_type t) noexcept {
    switch (t) {
    case field_type::boolean:
    case field_type::int64:
    case field_type::float64:
    case field_type::decimal:
    case field_type::instant:
    case field_type::date:
    case field_type::duration: return true;
    default: return false;
    }
}

// 0.0 and -0.0 are one number.
std::int64_t number_of(const field_view& f) noexcept {
    if (f.type != field_type::float64) return f.integer;
    const double plain = f.real == 0 ? 0 : f.real;
    std::int64_t bits = 0;
    std::memcpy(&bits, &plain, sizeof bits);
    return bits;
}

std::size_t hash_of(std::span<const field_view> fields) noexcept {
    std::size_t h = 0;
    for (const field_view& f : fields) {
        const std::size_t one = is_number(f.type) ? std::hash<std::int64_t>{}(number_of(f))
                                                  : std::hash<std::string_view>{}(f.text());
        h = (h ^ one) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    return h;
}

bool holds_null(std::span<const field_view> fields) noexcept {
    for (const field_view& f : fields)
        if (f.is_null()) return true;
    return false;
}

bool same(std::span<const field_view> a, std::span<const field_view> b) noexcept {
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool equal =
            is_number(a[i].type) ? number_of(a[i]) == number_of(b[i]) : a[i].text() == b[i].text();
        if (!equal) return false;
    }
    return true;
}

std::size_t room_for(std::size_t count) {
    std::size_t n = 16;
    while (n < count * 2) n *= 2;
    return n;
}

} // namespace

std::vector<bool> overwritten_rows(const bulk_plan& plan, const void* rows, std::size_t count) {
    const auto* first = static_cast<const std::byte*>(rows);
    parameters mine{parameters::text_mode::borrow};
    parameters other{parameters::text_mode::borrow};
    const auto target_of = [&](std::size_t row, parameters& to) {
        to.clear();
        plan.encode_target(first + row * plan.row_size, to);
        return to.slice(0, to.size());
    };
    std::vector<std::size_t> table(room_for(count)); // row + 1; 0: empty
    std::vector<bool> overwritten;
    for (std::size_t row = count; row-- > 0;) {
        const auto target = target_of(row, mine);
        if (holds_null(target)) continue;
        std::size_t at = hash_of(target) & (table.size() - 1);
        while (table[at] != 0 && !same(target, target_of(table[at] - 1, other)))
            at = (at + 1) & (table.size() - 1);
        if (table[at] == 0) {
            table[at] = row + 1;
            continue;
        }
        if (overwritten.empty()) overwritten.resize(count);
        overwritten[row] = true;
    }
    return overwritten;
}

} // namespace hawser::detail
