#include "options.hpp"
#include "input_error.hpp"
#include <charconv>

namespace day {

const std::string_view usage =
    R"(usage: trading_day [--url URL] [--predictions FILE] [--trades FILE] [--json]

A trading day: predictions are logged in bulk, then concurrent strategies commit a unit of work for each tick.

  --url URL           where to store it: sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/DATABASE; default: a
                      fresh file trading_day.db, or trading_day-2.db and so on, in the current directory. A
                      database that holds a day already is refused
  --predictions FILE  CSV, plain or gzip: model,seq,season,date,entity,opponent,metric,probability,outcome
  --trades FILE       CSV, plain or gzip: symbol,ts_utc_ns,price,size,exchange,cond_hex,suspicious
                      With one of the two files, only that one is loaded; without files a seeded feed is made
  --json              one JSON object on stdout; all else goes to stderr
  --threads N         threads that run the strategies (1)
  --strategies N      concurrent strategies (64)
  --seed N            seed of the feed of our own (1)
  --own-predictions N, --own-ticks N
                      size of the feed of our own (1000000, 200000)

Exit code: 0, 1 failure, 2 wrong arguments or input (nothing of that file is stored), 130 interrupted.
)";

namespace {

std::uint64_t number(std::string_view name, std::string_view text, std::uint64_t low, std::uint64_t high) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
        throw input_error(std::string(name) + " takes a number from " + std::to_string(low) + " to " +
                          std::to_string(high) + ", not \"" + std::string(text) + "\"");
    return value;
}

class arguments {
public:
    explicit arguments(std::span<const std::string_view> all) : rest_(all) {}

    // The next option; `--name=value` is split.
    bool next() {
        if (rest_.empty()) return false;
        name_ = rest_.front();
        rest_ = rest_.subspan(1);
        has_value_ = false;
        if (const auto at = name_.find('='); name_.starts_with("--") && at != std::string_view::npos) {
            has_value_ = true;
            value_ = name_.substr(at + 1);
            name_ = name_.substr(0, at);
        }
        return true;
    }
    [[nodiscard]] std::string_view name() const { return name_; }
    void no_value() const {
        if (has_value_) throw input_error(std::string(name_) + " takes no value");
    }
    std::string_view value() {
        if (has_value_) return value_;
        if (rest_.empty()) throw input_error(std::string(name_) + " needs a value");
        const std::string_view v = rest_.front();
        rest_ = rest_.subspan(1);
        return v;
    }
    std::uint64_t value(std::uint64_t low, std::uint64_t high) { return number(name_, value(), low, high); }

private:
    std::span<const std::string_view> rest_;
    std::string_view name_;
    std::string_view value_; // behind the =
    bool has_value_ = false;
};

constexpr std::uint64_t most_rows = 999'999'999;

} // namespace

options parse_options(std::span<const std::string_view> all) {
    options o;
    arguments a(all);
    while (a.next()) {
        if (a.name() == "--url")
            o.url = a.value();
        else if (a.name() == "--predictions")
            o.predictions = a.value();
        else if (a.name() == "--trades")
            o.trades = a.value();
        else if (a.name() == "--threads")
            o.threads = static_cast<unsigned>(a.value(1, 256));
        else if (a.name() == "--strategies")
            o.strategies = static_cast<unsigned>(a.value(1, 10'000));
        else if (a.name() == "--seed")
            o.seed = a.value(0, UINT64_MAX);
        else if (a.name() == "--own-predictions")
            o.own_predictions = a.value(0, most_rows);
        else if (a.name() == "--own-ticks")
            o.own_ticks = a.value(0, most_rows);
        else if (a.name() == "--acknowledge")
            o.acknowledge = a.value();
        else if (a.name() == "--json")
            a.no_value(), o.json = true;
        else if (a.name() == "--help" || a.name() == "-h")
            o.help = true;
        else
            throw input_error("unknown option " + std::string(a.name()));
    }
    return o;
}

} // namespace day
