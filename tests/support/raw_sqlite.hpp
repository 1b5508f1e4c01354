#pragma once
// A connection straight through SQLite's C API: to Hawser it is another process.
#include <cstdint>
#include <memory>
#include <string>

struct sqlite3;

namespace support {

class raw_sqlite {
public:
    // vfs: SQLite's name of one; null: the default.
    explicit raw_sqlite(const std::string& path, const char* vfs = nullptr);

    // Throws std::runtime_error with SQLite's message.
    void exec(const std::string& sql);
    // SQLite's extended result code.
    int try_exec(const std::string& sql) noexcept;
    // First column of the first row: "NULL" where it is NULL, empty where there is no row.
    std::string text(const std::string& sql);
    std::int64_t integer(const std::string& sql) { return std::stoll(text(sql)); }

    [[nodiscard]] sqlite3* handle() const noexcept { return db_.get(); }

private:
    struct closer {
        void operator()(sqlite3* db) const noexcept;
    };
    std::unique_ptr<sqlite3, closer> db_;
};

} // namespace support
