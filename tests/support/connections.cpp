#include "support/connections.hpp"
#include <atomic>
#include <sqlite3.h>

namespace support {
namespace {

std::atomic<sqlite3*> last_writer{nullptr};

int note(sqlite3* connection, char**, const struct sqlite3_api_routines*) {
    if (sqlite3_db_readonly(connection, "main") == 0) last_writer = connection;
    return SQLITE_OK;
}

// The type that sqlite3_auto_extension() takes is not the one that it calls.
void (*as_extension() noexcept)() {
    return reinterpret_cast<void (*)()>(&note);
}

} // namespace

connections::connections() {
    last_writer = nullptr;
    sqlite3_auto_extension(as_extension());
}

connections::~connections() {
    sqlite3_cancel_auto_extension(as_extension());
}

sqlite3* connections::writer() noexcept {
    return last_writer;
}

int connections::spilled(sqlite3* connection) noexcept {
    int now = 0;
    int high = 0;
    sqlite3_db_status(connection, SQLITE_DBSTATUS_CACHE_SPILL, &now, &high, 0);
    return now;
}

} // namespace support
