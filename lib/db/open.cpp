#include "db/postgres_settings.hpp"
#include "db/watcher.hpp"
#include "sqlite/file_system.hpp"
#include <chrono>
#include <exception>
#include <filesystem>
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/database.hpp>
#include <hawser/postgres/engine.hpp>
#include <hawser/sqlite/engine.hpp>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace hawser {
namespace {

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

sqlite::settings settings_of(const database_url& url, const open_options& o, observer* watcher) {
    sqlite::settings s;
    s.path = prepared_path(url.path, o.sqlite.read_only);
    s.durability = o.sqlite.durability;
    s.writer = o.sqlite.writer;
    s.readers = o.sqlite.readers;
    s.busy_timeout = o.sqlite.busy_timeout;
    s.cache_kib = o.sqlite.cache_kib;
    s.reader_mmap_bytes = sqlite::is_local(s.path) ? o.sqlite.reader_mmap_bytes : 0;
    s.hold_total = o.sqlite.hold_total;
    s.hold_idle = o.sqlite.hold_idle;
    s.snapshot_age = o.sqlite.snapshot_age;
    s.queue_jobs = o.sqlite.queue_jobs;
    s.queue_bytes = o.sqlite.queue_bytes;
    s.group_jobs = o.sqlite.group_jobs;
    s.group_bytes = o.sqlite.group_bytes;
    s.group_hold = o.sqlite.group_hold;
    s.spin = o.sqlite.spin;
    s.checkpoint_frames = o.sqlite.checkpoint_frames;
    s.checkpoint_at_most = o.sqlite.checkpoint_at_most;
    s.read_only = o.sqlite.read_only;
    s.observer = watcher;
    return s;
}

// The engine goes first: its threads tell the watcher until they end.
struct watched_engine {
    std::unique_ptr<observer> watcher;
    std::shared_ptr<engine::engine> engine;
};

std::shared_ptr<engine::engine> open_engine(const config& where) {
    const open_options& o = where.options();
    auto both = std::make_shared<watched_engine>();
    both->watcher = detail::make_watcher(o);
    both->engine =
        sqlite::open(settings_of(where.url(), o, both->watcher ? both->watcher.get() : o.observer));
    if (!both->watcher) return std::move(both->engine);
    auto* const engine = both->engine.get();
    return {std::move(both), engine};
}

struct opening {
    config where;
    std::shared_ptr<engine::engine> engine;
};

// On a thread of its own: a log that is left from a crash is read whole, and another process may hold the file.
void open_elsewhere(const std::shared_ptr<opening>& o, const engine::job_ptr& j) noexcept {
    const auto work = [o, j] {
        if (!j->start()) return;
        try {
            o->engine = open_engine(o->where);
        } catch (...) { j->failure = std::current_exception(); }
        if (j->finish_running()) deliver(*j);
    };
    try {
        std::thread(work).detach();
    } catch (const std::exception& e) {
        if (j->finish_queued(
                make_error(errc::connect_failed, std::string("no thread to open it: ") + e.what())))
            deliver(*j);
    }
}

// Nothing blocks here, so it needs no thread. The first connection is made at once: what is wrong is told by open().
task<database> open_postgres(config where) {
    const open_options& o = where.options();
    auto both = std::make_shared<watched_engine>();
    both->watcher = detail::make_watcher(o);
    both->engine = postgres::open(
        detail::postgres_settings_of(where.url(), o, both->watcher ? both->watcher.get() : o.observer));
    auto* const engine = both->engine.get();
    const database db = make_database({std::move(both), engine}, o);
    co_await db.ping();
    co_return db;
}

task<database> open_configured(config where) {
    if (where.url().backend == backend::postgres) co_return co_await open_postgres(std::move(where));
    const auto o = std::make_shared<opening>(opening{std::move(where), nullptr});
    const auto j = engine::job::make();
    co_await async::wait(*j, [&o, &j] { open_elsewhere(o, j); });
    if (j->failure) std::rethrow_exception(j->failure);
    co_return make_database(std::move(o->engine), o->where.options());
}

// A bad URL is thrown by co_await, like every other failure.
task<database> open_url(std::string url, open_options options) {
    co_return co_await open_configured(config(url, options));
}

} // namespace

task<database> open(config where) {
    return open_configured(std::move(where));
}
task<database> open(std::string_view url, const open_options& options) {
    return open_url(std::string(url), options);
}

} // namespace hawser
