// A day of one-minute bars of eight markets.
#include "csv_fields.hpp"
#include "csv_reader.hpp"
#include "fixture.hpp"
#include "support/shared_data.hpp"

using namespace pack;

namespace {

enum column : std::size_t { venue, symbol, kind, ts_utc_ms, open, high, low, close, volume };
constexpr std::array<std::string_view, 9> columns{"venue", "symbol", "kind",  "ts_utc_ms", "open",
                                                  "high",  "low",    "close", "volume"};

std::vector<market_bar> read_bars(const std::string& path) {
    std::vector<market_bar> bars;
    day::csv_reader csv(path, columns);
    while (csv.next()) {
        market_bar b;
        b.venue = csv[venue];
        b.symbol = csv[symbol];
        b.at = hawser::timestamp(
            std::chrono::milliseconds(day::integer_field(csv, ts_utc_ms, 0, INT64_MAX / 1000)));
        b.open = price_t::parse(csv[open]);
        b.high = price_t::parse(csv[high]);
        b.low = price_t::parse(csv[low]);
        b.close = price_t::parse(csv[close]);
        b.volume = volume_t::parse(csv[volume]);
        bars.push_back(b);
    }
    return bars;
}

struct market_sums {
    std::string venue, symbol;
    std::int64_t bars{};
    std::string close, volume;
    bool operator==(const market_sums&) const = default;
};
BOOST_DESCRIBE_STRUCT(market_sums, (), (venue, symbol, bars, close, volume))

constexpr hawser::literal sqlite_sums =
    "select venue, symbol, count(*) as bars, dec_text(dec_sum(close), 8) as close,"
    " dec_text(dec_sum(volume), 8) as volume from market_data group by venue, symbol order by venue, symbol";
constexpr hawser::literal postgres_sums =
    "select venue, symbol, count(*) as bars, sum(close)::text as close, sum(volume)::text as volume"
    " from market_data group by venue, symbol order by venue, symbol";
task<std::vector<market_sums>> sums_of(const hawser::database& db) {
    return is_postgres(db) ? db.query<market_sums, postgres_sums>() : db.query<market_sums, sqlite_sums>();
}

// Made from the file's text by Python's decimal.
const std::vector<market_sums> sums{
    {"binance", "ADAUSDT", 1440, "443.21670000", "681931107.00000000"},
    {"binance", "BTCBUSD", 1440, "25161084.98000000", "182861.34542000"},
    {"binance", "BTCUSD", 1439, "25137494.30000000", "17933640.00000000"},
    {"bybit", "BTCUSDT", 1440, "25153472.94000000", "6979.51460100"},
    {"coinbase", "BTCEUR", 3663, "20417935.56000000", "5817.39059171"},
    {"coinbase", "BTCUSD", 12423, "70418202.76000000", "94391.91219377"},
    {"coinbase", "ETHUSD", 5329, "1919633.59000000", "744591.23105134"},
    {"coinbase", "LTCUSD", 3887, "463176.89000000", "894887.76088256"},
};

} // namespace

TEST_CASE("bars of real markets are held exactly, and once however often they come") {
    const auto path = support::shared_data("crypto_bars_1m.csv.gz");
    if (!path) SKIP("crypto_bars_1m is not on this machine");
    const std::vector<market_bar> bars = read_bars(*path);
    REQUIRE(bars.size() == 31'061);
    on_desk([&](const desk& d, const hawser::database& db) -> task<> {
        // [bulk_upsert]
        const auto first = co_await d.market_data.bulk_upsert(bars);
        const auto again = co_await d.market_data.bulk_upsert(bars); // the same bars: no row more
        // [/bulk_upsert]
        REQUIRE(first.inserted == 31'061);
        REQUIRE(first.updated == 0);
        REQUIRE(again.inserted == 0);
        REQUIRE(again.updated == 31'061);
        const auto stored = co_await sums_of(db);
        REQUIRE(stored == sums);

        const auto begin = hawser::parse_timestamp("2022-12-13T00:00:00Z");
        const auto hour =
            co_await d.market_data.range("binance", "BTCBUSD", begin, begin + std::chrono::hours(1));
        REQUIRE(hour.size() == 60);
        REQUIRE(hour[0].open.to_string() == "17212.12000000");
        REQUIRE(hour[0].volume.to_string() == "110.66042000");
        const auto latest = co_await d.market_data.latest("binance", "BTCBUSD");
        REQUIRE(latest);
        REQUIRE(latest->at == begin + std::chrono::hours(24) - std::chrono::minutes(1));
    });
}
