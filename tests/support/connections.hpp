#pragma once
// SQLite's own counters of the connections that a driver opens: it gives them to nobody.

struct sqlite3;

namespace support {

// Sees every connection that is opened while it lives. One at a time.
class connections {
public:
    connections();
    ~connections();
    connections(const connections&) = delete;
    connections& operator=(const connections&) = delete;

    // The last that was opened to write; null: none. To be used on its own thread, while it is open.
    [[nodiscard]] static sqlite3* writer() noexcept;
    // Dirty pages that went to the log before their COMMIT, since the connection was opened.
    [[nodiscard]] static int spilled(sqlite3* connection) noexcept;
};

} // namespace support
