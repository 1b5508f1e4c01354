#pragma once
// Hawser's side of every comparison.
#include "folder.hpp"
#include "prediction.hpp"
#include <memory>
#include <string>
#include <utility>

namespace bench {

enum class threading : unsigned char {
    thread, // the default: a thread for the writer, and for each reader
    inline_ // all on the caller's thread, an option
};

struct database_terms {
    threading on = threading::thread;
    hawser::durability durability = hawser::durability::full;
    unsigned readers = 1; // as many connections as the other side has
    hawser::observer* observer = nullptr;
};

// Opens the file, makes the table. Throws where its schema or a pragma differs from the other side's.
[[nodiscard]] hawser::database open_database(const std::string& file, const database_terms& terms = {});

// A file with so many rows, made once and kept while one of them lives. Only to be read.
class filled_file {
public:
    explicit filled_file(std::size_t rows);
    [[nodiscard]] std::string path() const { return folder_.file(); }
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    // Of all rows.
    [[nodiscard]] const checksum& whole() const noexcept { return whole_; }

private:
    fresh_folder folder_;
    std::size_t rows_;
    checksum whole_;
};
[[nodiscard]] std::shared_ptr<const filled_file> filled(std::size_t rows);

// Makes contenders' work over such a file, which is made when the first of them runs, and lives as long as one of them.
class over_file {
public:
    explicit over_file(std::size_t rows)
        : rows_(rows), file_(std::make_shared<std::shared_ptr<const filled_file>>()) {}
    template <class Work>
    auto operator()(Work work) const {
        return [rows = rows_, file = file_, work = std::move(work)] {
            if (!*file) *file = filled(rows);
            return work(**file);
        };
    }

private:
    std::size_t rows_;
    std::shared_ptr<std::shared_ptr<const filled_file>> file_;
};

} // namespace bench
