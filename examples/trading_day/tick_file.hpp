#pragma once
// Ticks from a CSV file.
#include "csv_reader.hpp"
#include "feed.hpp"
#include "tick.hpp"

namespace day {

// symbol,ts_utc_ns,price,size,exchange,cond_hex,suspicious
//
// Times are cut to microseconds. price * size must have at most four digits behind the point. The trade's
// condition codes and the mark of suspicion are checked and left out.
class tick_file final : public feed<tick> {
public:
    explicit tick_file(const std::string& path);
    bool next(tick& row) override;

private:
    csv_reader csv_;
};

} // namespace day
