#pragma once
#include "support/on_each_engine.hpp"
#include "support/raw_postgres.hpp"
#include "support/raw_sqlite.hpp"
#include <optional>
#include <string>
#include <string_view>

namespace market {

// While it is shut nobody else gets at a table, on SQLite: writes anything.
class door {
public:
    door(const support::fresh_place& at, const std::string& table) : table_(table) {
        if (at.on_postgres())
            server_.emplace(at.server().look());
        else
            file_.emplace(at.url().substr(std::string_view("sqlite:").size()));
    }
    void shut() {
        if (server_)
            server_->exec("begin; lock table " + table_ + " in access exclusive mode");
        else
            file_->exec("begin immediate");
    }
    void open() {
        if (server_)
            server_->exec("rollback");
        else
            file_->exec("rollback");
    }

private:
    std::string table_;
    std::optional<support::raw_sqlite> file_;
    std::optional<support::raw_postgres> server_;
};

} // namespace market
