#pragma once
// A disk on which the write-ahead log fails when a test says so. One at a time; made before a database is opened.

namespace support {

class failing_disk {
public:
    failing_disk();
    ~failing_disk();
    failing_disk(const failing_disk&) = delete;
    failing_disk& operator=(const failing_disk&) = delete;

    // The next `times` calls, after `skipped` ones that work, fail with SQLite's extended result code.
    void fail_syncs(int code, int times = 1, int skipped = 0);
    void fail_writes(int code, int times = 1, int skipped = 0);
    void fail_reads(int code, int times = 1, int skipped = 0);
    // No database can be opened while this is set.
    void refuse_opening(bool refuse);
    void repair();
};

} // namespace support
