#pragma once
// How the SQLite driver runs one database file.
#include <chrono>
#include <cstddef>
#include <string>

namespace hawser {

class observer;

// When an acknowledged write survives a power cut.
enum class durability : unsigned char {
    full,  // always: COMMIT waits for the disk
    normal // after the next checkpoint; a power cut may lose the last commits, never corrupts
};

// Where SQLite runs.
enum class writer_mode : unsigned char {
    // On threads of the driver. None of its work ever runs on a thread of the caller.
    thread,
    // Statements that touch one row by its key run on the caller's executor, between its handlers, a group of them
    // at a time; all others, and groups that meet another's lock, on threads of the driver. It saves two changes of
    // thread for each group. For programs with one io thread: it stands still while SQLite waits for the disk.
    inline_
};

} // namespace hawser

namespace hawser::sqlite {

struct settings {
    std::string path = ":memory:"; // absolute where it is a file
    hawser::durability durability = hawser::durability::full;
    bool read_only = false;
    writer_mode writer = writer_mode::thread;
    unsigned readers = 4;                         // threads with a connection each; 0 for :memory:
    std::chrono::milliseconds busy_timeout{5000}; // for another process's lock, from submission
    int cache_kib = 10240;                        // page cache of each connection
    std::size_t reader_mmap_bytes = 256u << 20;   // 0: none. A file truncated by others is then a SIGBUS

    // One group commit ends, at the latest, here.
    std::size_t group_jobs = 4096;
    std::size_t group_bytes = 4u << 20;
    std::chrono::microseconds group_hold{5000};

    // So long a thread that has run out of work looks for more before it goes to sleep: a core's time for the wake-up
    // of it. Under durability::full it takes time from the disk's side; leave it off there.
    std::chrono::microseconds spin{0};

    // What may be queued before callers wait for room.
    std::size_t queue_jobs = 16384;
    std::size_t queue_bytes = 64u << 20;

    // An interactive transaction holds the only writer: at most this long in all, and between statements.
    std::chrono::milliseconds hold_total{5000};
    std::chrono::milliseconds hold_idle{1000};
    // A read-only one pins the write-ahead log.
    std::chrono::milliseconds snapshot_age{30000};

    // Closing waits for reads so long, then it stops them.
    std::chrono::milliseconds close_after{30000};

    int checkpoint_frames = 1000;  // copied back when the writer has nothing else to do
    int checkpoint_at_most = 4000; // copied back between two groups even when it has

    hawser::observer* observer = nullptr; // not owned; outlives the engine
};

} // namespace hawser::sqlite
