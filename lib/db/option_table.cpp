#include "db/option_table.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <limits>
#include <type_traits>

namespace hawser::detail {
namespace {

template <class>
struct is_duration : std::false_type {};
template <class R, class P>
struct is_duration<std::chrono::duration<R, P>> : std::true_type {};

// Member of a section of open_options, or of itself, as a number.
template <auto... Path>
struct at {
    static std::int64_t get(const open_options& o) noexcept {
        const auto& member = (o.*....*Path);
        using type = std::remove_cvref_t<decltype(member)>;
        if constexpr (is_duration<type>::value)
            return std::chrono::duration_cast<std::chrono::microseconds>(member).count();
        else
            return static_cast<std::int64_t>(member);
    }
    static void set(open_options& o, std::int64_t value) noexcept {
        auto& member = (o.*....*Path);
        using type = std::remove_cvref_t<decltype(member)>;
        if constexpr (is_duration<type>::value)
            member = std::chrono::duration_cast<type>(std::chrono::microseconds(value));
        else
            member = static_cast<type>(value);
    }
};

using enum option_kind;

constexpr std::int64_t millisecond = 1000;
constexpr std::int64_t day = 86'400'000'000;

template <auto... Path>
constexpr option row(std::string_view name, option_kind kind, std::int64_t least, std::int64_t most,
                     std::string_view meaning) {
    return {name, kind, least, most, &at<Path...>::get, &at<Path...>::set, meaning};
}
template <auto Member>
constexpr auto sqlite = &row<&open_options::sqlite, Member>;
template <auto Member>
constexpr auto postgres = &row<&open_options::postgres, Member>;
template <auto Member>
constexpr auto pool = &row<&open_options::pool, Member>;
template <auto Member>
constexpr auto again = &row<&open_options::retry, Member>;
template <auto Member>
constexpr auto core = &row<Member>;

using o = open_options;
using s = sqlite_options;
using g = postgres_options;
using p = pool_options;
using r = retry_options;

constexpr option table[] = {
    core<&o::statement_timeout>(
        "statement_timeout", duration, 0, day,
        "deadline of a call that gives none, from the call to its answer; 0: none. Bulk loads "
        "have none but their own"),
    core<&o::log_statements>(
        "log_statements", flag, 0, 1,
        "name, text, duration and rows of every statement go to spdlog; values never do"),
    core<&o::log_slow_statements>(
        "log_slow_statements", flag, 0, 1,
        "statements that are slow or fail, and the engine's warnings, go to spdlog"),
    core<&o::slow_statement>("slow_statement", duration, 0, day,
                             "from when a statement is slow (DB_PERF_001)"),
    core<&o::slow_statement_alert>("slow_statement_alert", duration, 0, day,
                                   "from when a slow statement is an error and not a warning"),
    again<&r::attempts>("retry.attempts", count, 1, 100,
                        "how often work that fails by contention is done in all, where the call says none"),
    again<&r::first_pause>("retry.first_pause", duration, 0, day,
                           "before the second attempt, then doubled; the true pause is a random part of it"),
    again<&r::longest_pause>("retry.longest_pause", duration, 0, day, "it is not doubled beyond"),
    sqlite<&s::durability>(
        "sqlite.durability", durability, 0, 1,
        "`full`: COMMIT waits for the disk. `normal`: a power cut may lose the last commits, and "
        "never corrupts"),
    sqlite<&s::writer>(
        "sqlite.writer", writer, 0, 1,
        "`thread`: SQLite runs on threads of its own. `inline`: rows are written and read by their "
        "key on the io thread, which waits for the disk meanwhile; for programs that have one"),
    sqlite<&s::readers>("sqlite.readers", count, 0, 256,
                        "reader threads, with a connection each; 0, and in memory: the writer reads"),
    sqlite<&s::busy_timeout>("sqlite.busy_timeout", duration, 0, day,
                             "how long to wait for locks of other processes; then DB_TXN_002"),
    sqlite<&s::cache_kib>("sqlite.cache_kib", count, 0, std::numeric_limits<int>::max(),
                          "page cache of each connection, in KiB"),
    sqlite<&s::reader_mmap_bytes>(
        "sqlite.reader_mmap_bytes", bytes, 0, std::int64_t{1} << 46,
        "how much of the file readers map; 0: none. A file that others truncate is then a "
        "SIGBUS"),
    sqlite<&s::hold_total>("sqlite.hold_total", duration, millisecond, day,
                           "longest interactive transaction that may write"),
    sqlite<&s::hold_idle>("sqlite.hold_idle", duration, millisecond, day,
                          "longest pause between its statements"),
    sqlite<&s::snapshot_age>("sqlite.snapshot_age", duration, millisecond, day,
                             "longest read-only transaction; it keeps the log from being emptied"),
    sqlite<&s::queue_jobs>("sqlite.queue_jobs", count, 1, 1 << 24,
                           "callers wait when this many calls are in the engine"),
    sqlite<&s::queue_bytes>("sqlite.queue_bytes", bytes, 1, std::int64_t{1} << 40,
                            "or this many bytes of values"),
    sqlite<&s::group_jobs>("sqlite.group_jobs", count, 1, 1 << 24, "a group commit ends at this many calls"),
    sqlite<&s::group_bytes>("sqlite.group_bytes", bytes, 1, std::int64_t{1} << 40,
                            "or at this many bytes of values"),
    sqlite<&s::group_hold>("sqlite.group_hold", duration, 0, day, "or after this time"),
    sqlite<&s::spin>(
        "sqlite.spin", duration, 0, millisecond * 10,
        "how long a thread of the driver that has run out of work looks for more before it sleeps: a "
        "core's time for shorter answers; leave it 0 under `durability=full`, where it costs throughput"),
    sqlite<&s::checkpoint_frames>("sqlite.checkpoint_frames", count, 1, std::numeric_limits<int>::max(),
                                  "log pages that are copied back when the writer has nothing else to do"),
    sqlite<&s::checkpoint_at_most>("sqlite.checkpoint_at_most", count, 1, std::numeric_limits<int>::max(),
                                   "log pages that are copied back between two groups even when it has"),
    sqlite<&s::read_only>("sqlite.read_only", flag, 0, 1, "the file is opened read-only"),
    postgres<&g::connect_timeout>("postgres.connect_timeout", duration, 0, day,
                                  "of one server, login included; 0: none. `connect_timeout` in a URL is "
                                  "libpq's, in seconds"),
    postgres<&g::max_pipeline>("postgres.max_pipeline", count, 1, 65536,
                               "requests on their way on one shared connection before others wait"),
    postgres<&g::pipeline_bytes>("postgres.pipeline_bytes", bytes, 1, std::int64_t{1} << 40,
                                 "or this many bytes of them; a larger one goes alone"),
    postgres<&g::result_bytes>(
        "postgres.result_bytes", bytes, 1, std::int64_t{1} << 40,
        "longest answer on a shared connection; a longer one is DB_QRY_007, and for a stream to read"),
    postgres<&g::statement_cache>("postgres.statement_cache", count, 1, 65536,
                                  "prepared statements that each connection keeps"),
    postgres<&g::statements>("postgres.statements", statements, 0, 2,
                             "`named`: statements are prepared once on each connection. `unnamed` and "
                             "`simple`, for poolers, are not supported yet"),
    postgres<&g::group_reads>("postgres.group_reads", flag, 0, 1,
                              "reads that wait together share one Sync: less work, and one that fails makes "
                              "the others be sent again"),
    postgres<&g::queue_jobs>("postgres.queue_jobs", count, 1, 1 << 24,
                             "callers wait when this many calls are in the engine"),
    postgres<&g::queue_bytes>("postgres.queue_bytes", bytes, 1, std::int64_t{1} << 40,
                              "or this many bytes of values"),
    postgres<&g::hold_total>("postgres.hold_total", duration, 0, day,
                             "longest interactive transaction; 0: no limit"),
    postgres<&g::hold_idle>("postgres.hold_idle", duration, 0, day,
                            "longest pause between its statements; 0: no limit"),
    postgres<&g::allow_cleartext_password>(
        "postgres.allow_cleartext_password", flag, 0, 1,
        "a server reached by TCP without TLS may ask for the password as it is"),
    postgres<&g::server_words>(
        "postgres.server_words", flag, 0, 1,
        "messages repeat the server's own words where they may hold values of rows; for development"),
    pool<&p::max_connections>(
        "pool.max_connections", count, 1, 10000,
        "PostgreSQL: connections at most; where transactions hold all of them, calls that need none of "
        "their own have one more on each execution context"),
    pool<&p::kept_connections>(
        "pool.kept_connections", count, 0, 10000,
        "of them, kept when there is nothing to do, others are closed after a minute; never more than "
        "`pool.max_connections`"),
    pool<&p::shared_connections>("pool.shared_connections", count, 1, 10000,
                                 "of them, shared by calls that need none of their own; same"),
    pool<&p::acquire_timeout>("pool.acquire_timeout", duration, 0, day,
                              "wait for a free connection; a call's own deadline acts sooner"),
    pool<&p::recycle_after>("pool.recycle_after", duration, 0, 30 * day,
                            "age at which a connection is replaced, or up to a tenth before; 0: never"),
    pool<&p::ping_after>(
        "pool.ping_after", duration, 0, day,
        "a connection that was idle for longer is tried before a transaction or session has it"),
};

} // namespace

std::string option::variable() const {
    std::string out = "HAWSER_";
    for (const char c : name) out += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return out;
}

std::span<const option> all_options() noexcept {
    return table;
}

std::optional<std::size_t> find_option(std::string_view name, backend of) noexcept {
    const std::string_view section = of == backend::sqlite ? "sqlite." : "postgres.";
    for (std::size_t i = 0; i < std::size(table); ++i) {
        const std::string_view known = table[i].name;
        if (known == name || (known.starts_with(section) && known.substr(section.size()) == name)) return i;
    }
    return std::nullopt;
}

namespace {

std::string bounds(const option& what) {
    return " is not from " + option_text(what.kind, what.least) + " to " + option_text(what.kind, what.most);
}
bool within(const option& what, std::int64_t value) {
    return value >= what.least && value <= what.most;
}

} // namespace

void set_option(open_options& to, const option& what, std::string_view text, const std::string& where) {
    const auto value = option_value(what.kind, text);
    if (!value) throw_error(errc::misuse, where + ": not " + std::string(option_form(what.kind)));
    if (!within(what, *value)) throw_error(errc::misuse, where + bounds(what));
    what.set(to, *value);
    if (what.get(to) != *value) throw_error(errc::misuse, where + ": finer than a millisecond");
}

void check_options(const open_options& given) {
    for (const option& one : table)
        if (!within(one, one.get(given)))
            throw_error(errc::misuse, "the option " + std::string(one.name) + bounds(one));
}

std::string options_page() {
    std::string out = "| option | variable | default | meaning |\n|---|---|---|---|\n";
    for (const option& one : table)
        out += "| `" + std::string(one.name) + "` | `" + one.variable() + "` | " + one.default_text() +
               " | " + std::string(one.meaning) + " |\n";
    return out;
}

std::string options_env_example() {
    std::string out;
    for (const option& one : table) {
        std::string meaning(one.meaning);
        std::erase(meaning, '`');
        out += "# " + meaning + "\n#" + one.variable() + '=' + one.default_text() + '\n';
    }
    return out;
}

} // namespace hawser::detail
