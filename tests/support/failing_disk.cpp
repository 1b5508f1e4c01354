#include "support/failing_disk.hpp"
#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>
#include <optional>
#include <sqlite3.h>
#include <vector>

namespace support {
namespace {

using call = failing_disk::call;
using file = failing_disk::file;

struct rule {
    call what;
    file of;
    int code;
    int times;
    int skipped;
    [[nodiscard]] bool fits(call c, file f) const { return c == what && (of == file::any || of == f); }
};

// What the one disk is told and what it has seen.
struct state {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<rule> rules;
    bool refusing = false;
    std::optional<std::size_t> failing_number; // of the calls that come
    bool has_failed = false;
    std::optional<rule> holding;
    bool held = false;
    std::array<std::array<std::size_t, 3>, 8> counts{};
    std::set<std::thread::id> threads;
    disk_image image;
    std::size_t changes = 0;
    std::function<void(std::size_t)> before_change;
};

state* now = nullptr;
sqlite3_vfs* real = nullptr;
sqlite3_vfs shim;

int usual_code(call c) {
    switch (c) {
    case call::open: return SQLITE_CANTOPEN;
    case call::read: return SQLITE_IOERR_READ;
    case call::write: return SQLITE_IOERR_WRITE;
    case call::sync: return SQLITE_IOERR_FSYNC;
    case call::truncate: return SQLITE_IOERR_TRUNCATE;
    case call::remove: return SQLITE_IOERR_DELETE;
    case call::lock: return SQLITE_IOERR_LOCK;
    case call::map: return SQLITE_IOERR_SHMMAP;
    }
    return SQLITE_IOERR;
}

bool changes_disk(call c) {
    return c == call::write || c == call::sync || c == call::truncate || c == call::remove;
}

// Counts the call, and lets it wait; a code other than SQLITE_OK is its failure.
int enter(call c, file f) {
    std::unique_lock lock(now->mutex);
    ++now->counts[static_cast<std::size_t>(c)][static_cast<std::size_t>(f)];
    now->threads.insert(std::this_thread::get_id());
    if (now->before_change && changes_disk(c)) {
        const std::size_t number = now->changes++;
        lock.unlock();
        now->before_change(number);
        lock.lock();
    }
    if (now->holding && now->holding->fits(c, f) && now->holding->skipped-- == 0) {
        now->held = true;
        now->changed.notify_all();
        now->changed.wait(lock, [] { return !now->held; });
        now->holding.reset();
    }
    if (now->failing_number && (*now->failing_number)-- == 0) {
        now->failing_number.reset();
        now->has_failed = true;
        return usual_code(c);
    }
    for (rule& r : now->rules) {
        if (!r.fits(c, f) || r.times == 0 || (r.skipped > 0 && r.skipped-- > 0)) continue;
        --r.times;
        now->has_failed = true;
        return r.code;
    }
    return SQLITE_OK;
}

// SQLite's handle; the real one lies behind it.
struct shim_file {
    sqlite3_file base;
    file kind;
    bool syncs_folder; // with its next sync
    const char* name;  // null: not part of the image
    sqlite3_file* under;
};
shim_file& mine(sqlite3_file* f) {
    return *reinterpret_cast<shim_file*>(f);
}
sqlite3_file* under(sqlite3_file* f) {
    return mine(f).under;
}

template <class Note>
void note(const shim_file& f, Note change) {
    if (f.name == nullptr) return;
    std::lock_guard lock(now->mutex);
    change(now->image);
}

int close_file(sqlite3_file* f) {
    const int code = under(f)->pMethods->xClose(under(f));
    return code;
}
int read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
    if (const int code = enter(call::read, mine(f).kind)) return code;
    return under(f)->pMethods->xRead(under(f), to, size, at);
}
int write(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
    if (const int code = enter(call::write, mine(f).kind)) return code;
    const int code = under(f)->pMethods->xWrite(under(f), from, size, at);
    if (code == SQLITE_OK)
        note(mine(f), [&](disk_image& i) {
            i.write(mine(f).name, static_cast<std::uint64_t>(at),
                    {static_cast<const char*>(from), static_cast<std::size_t>(size)});
        });
    return code;
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
    if (const int code = enter(call::truncate, mine(f).kind)) return code;
    const int code = under(f)->pMethods->xTruncate(under(f), size);
    if (code == SQLITE_OK)
        note(mine(f), [&](disk_image& i) { i.truncate(mine(f).name, static_cast<std::uint64_t>(size)); });
    return code;
}
int sync(sqlite3_file* f, int flags) {
    if (const int code = enter(call::sync, mine(f).kind)) return code;
    const int code = under(f)->pMethods->xSync(under(f), flags);
    if (code == SQLITE_OK)
        note(mine(f), [&](disk_image& i) {
            i.sync(mine(f).name);
            if (mine(f).syncs_folder) i.sync_folder();
            mine(f).syncs_folder = false;
        });
    return code;
}
int file_size(sqlite3_file* f, sqlite3_int64* size) {
    return under(f)->pMethods->xFileSize(under(f), size);
}
int lock(sqlite3_file* f, int level) {
    if (const int code = enter(call::lock, mine(f).kind)) return code;
    return under(f)->pMethods->xLock(under(f), level);
}
int unlock(sqlite3_file* f, int level) {
    return under(f)->pMethods->xUnlock(under(f), level);
}
int check_reserved(sqlite3_file* f, int* out) {
    return under(f)->pMethods->xCheckReservedLock(under(f), out);
}
int control(sqlite3_file* f, int what, void* argument) {
    return under(f)->pMethods->xFileControl(under(f), what, argument);
}
int sector_size(sqlite3_file* f) {
    return under(f)->pMethods->xSectorSize(under(f));
}
int characteristics(sqlite3_file* f) {
    return under(f)->pMethods->xDeviceCharacteristics(under(f));
}
int shm_map(sqlite3_file* f, int region, int size, int extend, volatile void** out) {
    if (const int code = enter(call::map, mine(f).kind)) return code;
    return under(f)->pMethods->xShmMap(under(f), region, size, extend, out);
}
int shm_lock(sqlite3_file* f, int offset, int count, int flags) {
    if ((flags & SQLITE_SHM_LOCK) != 0)
        if (const int code = enter(call::lock, mine(f).kind)) return code;
    return under(f)->pMethods->xShmLock(under(f), offset, count, flags);
}
void shm_barrier(sqlite3_file* f) {
    under(f)->pMethods->xShmBarrier(under(f));
}
int shm_unmap(sqlite3_file* f, int remove) {
    return under(f)->pMethods->xShmUnmap(under(f), remove);
}
int fetch(sqlite3_file* f, sqlite3_int64 at, int size, void** out) {
    if (const int code = enter(call::read, mine(f).kind)) return code;
    return under(f)->pMethods->xFetch(under(f), at, size, out);
}
int unfetch(sqlite3_file* f, sqlite3_int64 at, void* page) {
    return under(f)->pMethods->xUnfetch(under(f), at, page);
}

constexpr sqlite3_io_methods methods{
    3,         close_file,     read,    write,       truncate,        sync,    file_size, lock,
    unlock,    check_reserved, control, sector_size, characteristics, shm_map, shm_lock,  shm_barrier,
    shm_unmap, fetch,          unfetch};

disk_image::bytes content_of(sqlite3_file* f) {
    sqlite3_int64 size = 0;
    f->pMethods->xFileSize(f, &size);
    disk_image::bytes content(static_cast<std::size_t>(size));
    if (size > 0) f->pMethods->xRead(f, content.data(), static_cast<int>(size), 0);
    return content;
}

constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out) {
    f->pMethods = nullptr;
    const file kind = (flags & SQLITE_OPEN_WAL) != 0       ? file::log
                      : (flags & SQLITE_OPEN_MAIN_DB) != 0 ? file::database
                                                           : file::other;
    if (now->refusing) return SQLITE_CANTOPEN;
    if (const int code = enter(call::open, kind)) return code;
    const bool lasts = name != nullptr && (flags & (SQLITE_OPEN_MAIN_DB | journals)) != 0;
    int there = 0;
    if (lasts) real->xAccess(real, name, SQLITE_ACCESS_EXISTS, &there);
    auto* const under = reinterpret_cast<sqlite3_file*>(new (f) shim_file + 1);
    const int code = real->xOpen(real, name, under, flags, out);
    if (code != SQLITE_OK) return code;
    const bool creates = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & journals) != 0;
    mine(f) = {{&methods}, kind, creates, lasts ? name : nullptr, under};
    note(mine(f), [&](disk_image& i) {
        if (there == 0)
            i.create(name);
        else if (!i.knows(name))
            i.found(name, content_of(under));
    });
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
    if (const int code = enter(call::remove, file::other)) return code;
    const int code = real->xDelete(real, name, sync_folder);
    std::lock_guard lock(now->mutex);
    if (code == SQLITE_OK) now->image.remove(name);
    if (code == SQLITE_OK && sync_folder != 0) now->image.sync_folder();
    return code;
}

} // namespace

failing_disk::failing_disk() {
    sqlite3_initialize();
    real = sqlite3_vfs_find(nullptr);
    now = new state;
    shim = *real;
    shim.zName = "failing_disk";
    shim.pNext = nullptr;
    shim.szOsFile = static_cast<int>(sizeof(shim_file)) + real->szOsFile;
    shim.xOpen = open_file;
    shim.xDelete = remove;
    sqlite3_vfs_register(&shim, 1);
}

failing_disk::~failing_disk() {
    sqlite3_vfs_unregister(&shim);
    sqlite3_vfs_register(real, 1);
    delete now;
    now = nullptr;
}

void failing_disk::fail(call what, file of, int code, int times, int skipped) {
    std::lock_guard lock(now->mutex);
    now->rules.push_back({what, of, code, times, skipped});
}
void failing_disk::fail_syncs(int code, int times, int skipped) {
    fail(call::sync, file::log, code, times, skipped);
}
void failing_disk::fail_writes(int code, int times, int skipped) {
    fail(call::write, file::log, code, times, skipped);
}
void failing_disk::fail_reads(int code, int times, int skipped) {
    fail(call::read, file::log, code, times, skipped);
}
void failing_disk::refuse_opening(bool refuse) {
    std::lock_guard lock(now->mutex);
    now->refusing = refuse;
}
void failing_disk::fail_number(std::size_t number) {
    std::lock_guard lock(now->mutex);
    now->failing_number = number;
}
bool failing_disk::has_failed() const {
    std::lock_guard lock(now->mutex);
    return now->has_failed;
}
void failing_disk::repair() {
    std::lock_guard lock(now->mutex);
    now->rules.clear();
    now->refusing = false;
    now->failing_number.reset();
    now->has_failed = false;
}

void failing_disk::hold(call what, file of, int skipped) {
    std::lock_guard lock(now->mutex);
    now->holding = rule{what, of, SQLITE_OK, 1, skipped};
}
void failing_disk::wait_until_held() {
    std::unique_lock lock(now->mutex);
    now->changed.wait(lock, [] { return now->held; });
}
void failing_disk::let_go() {
    std::lock_guard lock(now->mutex);
    now->held = false;
    now->changed.notify_all();
}

std::size_t failing_disk::count(call what, file of) const {
    std::lock_guard lock(now->mutex);
    const auto& counts = now->counts[static_cast<std::size_t>(what)];
    if (of != file::any) return counts[static_cast<std::size_t>(of)];
    return counts[0] + counts[1] + counts[2];
}
std::set<std::thread::id> failing_disk::threads() const {
    std::lock_guard lock(now->mutex);
    return now->threads;
}
void failing_disk::forget() {
    std::lock_guard lock(now->mutex);
    now->counts = {};
    now->threads.clear();
}

disk_image failing_disk::image() const {
    std::lock_guard lock(now->mutex);
    return now->image;
}
void failing_disk::before_change(std::function<void(std::size_t)> listener) {
    std::lock_guard lock(now->mutex);
    now->before_change = std::move(listener);
}

} // namespace support
