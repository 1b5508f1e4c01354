#include "tick_file.hpp"
#include "csv_fields.hpp"
#include <algorithm>
#include <array>

namespace day {
namespace {

enum column : std::size_t { symbol, ts_utc_ns, price, size, exchange, cond_hex, suspicious };
constexpr std::array<std::string_view, 7> columns{"symbol",   "ts_utc_ns", "price",     "size",
                                                  "exchange", "cond_hex",  "suspicious"};

bool is_hexadecimal(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
}

} // namespace

tick_file::tick_file(const std::string& path) : csv_(path, columns) {}

bool tick_file::next(tick& row) {
    if (!csv_.next()) return false;
    row.symbol = text_field(csv_, symbol, 32);
    const std::int64_t nanoseconds = integer_field(csv_, ts_utc_ns, 0, INT64_MAX);
    row.at = hawser::timestamp(std::chrono::microseconds(nanoseconds / 1000));
    row.price = positive_field(csv_, price);
    row.size = positive_field(csv_, size);
    row.exchange = text_field(csv_, exchange, 50);
    if (!is_hexadecimal(csv_[cond_hex])) csv_.reject(cond_hex, shown(csv_[cond_hex]) + " is not hexadecimal");
    static_cast<void>(integer_field(csv_, suspicious, 0, 1));
    return true;
}

} // namespace day
