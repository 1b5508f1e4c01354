#include <chrono>
#include <filesystem>
#include <hawser/core/error.hpp>
#include <hawser/db/database.hpp>
#include <hawser/sqlite/engine.hpp>

namespace hawser {
namespace {

timestamp system_now() noexcept {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// The file's own folders; a relative path is fixed now, so that a later chdir changes nothing.
std::string prepared_path(const std::string& path, bool read_only) {
    if (path == ":memory:") return path;
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(path, failed);
    if (failed) throw_error(errc::connect_failed, "cannot open " + path + ": " + failed.message());
    if (!read_only && absolute.has_parent_path())
        std::filesystem::create_directories(absolute.parent_path(), failed);
    if (failed)
        throw_error(errc::connect_failed,
                    "cannot make the folders of " + absolute.string() + ": " + failed.message());
    return absolute.string();
}

sqlite::settings settings_of(const database_url& url, const open_options& o) {
    sqlite::settings s;
    s.path = prepared_path(url.path, o.sqlite.read_only);
    s.durability = o.sqlite.durability;
    s.readers = o.sqlite.readers;
    s.busy_timeout = o.sqlite.busy_timeout;
    s.cache_kib = o.sqlite.cache_kib;
    s.hold_total = o.sqlite.hold_total;
    s.hold_idle = o.sqlite.hold_idle;
    s.read_only = o.sqlite.read_only;
    s.observer = o.observer;
    return s;
}

task<database> open_configured(config where) {
    if (where.url().backend != backend::sqlite)
        throw_error(errc::unsupported, "PostgreSQL is not supported yet; use a sqlite: URL");
    co_return make_database(sqlite::open(settings_of(where.url(), where.options())), where.options());
}

// A bad URL is thrown by co_await, like every other failure.
task<database> open_url(std::string url, open_options options) {
    co_return co_await open_configured(config(url, options));
}

} // namespace

database make_database(std::shared_ptr<engine::engine> engine, const open_options& options) {
    auto state = std::make_shared<detail::database_state>();
    state->engine = std::move(engine);
    state->statement_timeout = options.statement_timeout;
    state->now = options.now ? options.now : &system_now;
    return database(detail::handle{std::move(state), nullptr, nullptr});
}

task<database> open(config where) {
    return open_configured(std::move(where));
}
task<database> open(std::string_view url, const open_options& options) {
    return open_url(std::string(url), options);
}

task<void> database::ping() const {
    auto j = detail::new_job(handle_, engine::batch_mode::read);
    j->what = engine::verb::ping;
    return detail::send(handle_.database->engine, std::move(j));
}

task<void> database::close() const {
    return [](detail::handle h) -> task<void> {
        auto j = engine::job::make();
        co_await async::wait(*j, [&h, &j] {
            const auto to = h.database->engine;
            auto job = j;
            to->close(std::move(job));
        });
        if (j->failure) std::rethrow_exception(j->failure);
    }(handle_);
}

database database::with(const call_options& options) const {
    auto settings = std::make_shared<detail::call_settings>();
    settings->timeout = options.timeout;
    if (handle_.settings && options.timeout.count() < 0) settings->timeout = handle_.settings->timeout;
    settings->name =
        options.name.empty() && handle_.settings ? handle_.settings->name : std::string(options.name);
    detail::handle h = handle_;
    h.settings = std::move(settings);
    return database(std::move(h));
}

deadline database::due(const transaction_options& options) const noexcept {
    return options.timeout.count() > 0    ? after(options.timeout)
           : options.timeout.count() == 0 ? no_deadline
                                          : handle_.due();
}

task<transaction> database::begin(const transaction_options& options) const {
    return detail::begin_transaction(handle_, stripped(options), std::string(options.name), due(options), 1);
}

} // namespace hawser
