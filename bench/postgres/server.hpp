#pragma once
// The server that all contenders have, one for the whole suite: durable, but for that as its package ships it.
#include "measure.hpp"
#include "support/postgres_cluster.hpp"
#include <cstddef>
#include <memory>
#include <string>

namespace bench {

class postgres_server {
public:
    // With so many rows to read.
    explicit postgres_server(std::size_t rows);

    [[nodiscard]] std::string to_read() const { return cluster_->address("to_read").url(); }
    // Its table is emptied first.
    [[nodiscard]] std::string to_write();
    // Rows that were written, and what the keys sum up to.
    [[nodiscard]] std::size_t written() const;
    [[nodiscard]] support::postgres_address address() const { return cluster_->address("to_read"); }

private:
    std::unique_ptr<support::postgres_cluster> cluster_;
};

// Made when it is first asked for; ends with the last of those that have it.
class postgres_place {
public:
    explicit postgres_place(std::size_t rows)
        : rows_(rows), server_(std::make_shared<std::unique_ptr<postgres_server>>()) {}
    [[nodiscard]] postgres_server& operator*() const {
        if (!*server_) *server_ = std::make_unique<postgres_server>(rows_);
        return **server_;
    }
    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

private:
    std::size_t rows_;
    std::shared_ptr<std::unique_ptr<postgres_server>> server_;
};

// "PostgreSQL 15.18, .."; empty: none is installed.
[[nodiscard]] std::string postgres_described();

} // namespace bench
