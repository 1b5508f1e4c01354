#pragma once
// A disk under SQLite that does what a test says: its calls fail, wait or are counted, and it knows what a power cut
// would leave. One at a time; made before a database is opened, destroyed after it is closed.
#include "support/disk_image.hpp"
#include <cstddef>
#include <functional>
#include <set>
#include <thread>

namespace support {

class failing_disk {
public:
    enum class call {
        open,
        read,
        write,
        sync,
        truncate,
        remove,
        lock,
        map
    }; // lock, map: shared memory's too
    enum class file { database, log, other, any }; // other: journals, temporary files

    failing_disk();
    ~failing_disk();
    failing_disk(const failing_disk&) = delete;
    failing_disk& operator=(const failing_disk&) = delete;

    // The next `times` such calls, after `skipped` ones that work, fail with SQLite's extended result code.
    void fail(call what, file of, int code, int times = 1, int skipped = 0);
    // Those of the write-ahead log.
    void fail_syncs(int code, int times = 1, int skipped = 0);
    void fail_writes(int code, int times = 1, int skipped = 0);
    void fail_reads(int code, int times = 1, int skipped = 0);
    // No database can be opened while this is set.
    void refuse_opening(bool refuse);
    // Of all calls from now on, counted from 0, this one fails with the code that is usual for its kind.
    void fail_number(std::size_t number);
    [[nodiscard]] bool has_failed() const; // some call has, since the last repair()
    void repair();

    // The next such call, after `skipped` ones, stays inside the disk until it is let go.
    void hold(call what, file of, int skipped = 0);
    void wait_until_held();
    void let_go();

    // Since the last forget().
    [[nodiscard]] std::size_t count(call what, file of = file::any) const;
    [[nodiscard]] std::set<std::thread::id> threads() const; // that called the disk
    void forget();

    // What a power cut at this moment may leave. Of files that were opened since this disk was made.
    [[nodiscard]] disk_image image() const;
    // Called in the thread of each call that changes the disk, just before it; `number` counts them from 0. Set while
    // no file is open.
    void before_change(std::function<void(std::size_t number)> listener);
};

} // namespace support
