#include "support/failing_disk.hpp"
#include <atomic>
#include <sqlite3.h>

namespace support {
namespace {

struct fault {
    std::atomic<int> code{SQLITE_OK};
    std::atomic<int> times{0};
    std::atomic<int> skipped{0};

    void set(int c, int t, int s) {
        times = 0;
        code = c;
        skipped = s;
        times = t;
    }
    int next() {
        if (times <= 0) return SQLITE_OK;
        if (skipped > 0 && skipped.fetch_sub(1) > 0) return SQLITE_OK;
        return times.fetch_sub(1) > 0 ? code.load() : SQLITE_OK;
    }
};

fault syncs;
fault writes;
fault reads;
std::atomic<bool> refusing{false};

sqlite3_vfs* real = nullptr;
sqlite3_vfs shim;
const sqlite3_io_methods* real_methods = nullptr;
sqlite3_io_methods methods;

int sync_log(sqlite3_file* f, int flags) {
    if (const int code = syncs.next()) return code;
    return real_methods->xSync(f, flags);
}
int write_log(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
    if (const int code = writes.next()) return code;
    return real_methods->xWrite(f, from, size, at);
}
int read_log(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
    if (const int code = reads.next()) return code;
    return real_methods->xRead(f, to, size, at);
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out) {
    if (refusing) return SQLITE_CANTOPEN;
    const int code = real->xOpen(real, name, f, flags, out);
    if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0 && f->pMethods) f->pMethods = &methods;
    return code;
}

} // namespace

failing_disk::failing_disk() {
    sqlite3_initialize();
    real = sqlite3_vfs_find(nullptr);
    // The table of methods is the same for all files: one is opened to find it.
    const auto memory = static_cast<sqlite3_file*>(sqlite3_malloc(real->szOsFile));
    if (real->xOpen(real, nullptr, memory,
                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_DELETEONCLOSE |
                        SQLITE_OPEN_TEMP_DB,
                    nullptr) == SQLITE_OK) {
        real_methods = memory->pMethods;
        memory->pMethods->xClose(memory);
    }
    sqlite3_free(memory);
    methods = *real_methods;
    methods.xSync = sync_log;
    methods.xWrite = write_log;
    methods.xRead = read_log;
    shim = *real;
    shim.zName = "failing_disk";
    shim.pNext = nullptr;
    shim.xOpen = open_file;
    repair();
    sqlite3_vfs_register(&shim, 1);
}

failing_disk::~failing_disk() {
    repair();
    sqlite3_vfs_unregister(&shim);
    sqlite3_vfs_register(real, 1);
}

void failing_disk::fail_syncs(int code, int times, int skipped) {
    syncs.set(code, times, skipped);
}
void failing_disk::fail_writes(int code, int times, int skipped) {
    writes.set(code, times, skipped);
}
void failing_disk::fail_reads(int code, int times, int skipped) {
    reads.set(code, times, skipped);
}
void failing_disk::refuse_opening(bool refuse) {
    refusing = refuse;
}
void failing_disk::repair() {
    syncs.set(SQLITE_OK, 0, 0);
    writes.set(SQLITE_OK, 0, 0);
    reads.set(SQLITE_OK, 0, 0);
    refusing = false;
}

} // namespace support
