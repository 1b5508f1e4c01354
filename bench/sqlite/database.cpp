#include "sqlite/database.hpp"
#include "raw_sqlite.hpp"
#include <algorithm>
#include <stdexcept>

namespace bench {
namespace {

hawser::task<> require_same(const hawser::executor_ref& on, const char* who, const pragmas& as) {
    for (const auto& [name, value] : as) {
        const auto is = co_await on.query_one<std::int64_t>(hawser::sql("pragma " + name));
        if (is != value)
            throw std::runtime_error(std::string(who) + ": pragma " + name + " is " + std::to_string(is) +
                                     ", of the other side " + std::to_string(value));
    }
}

hawser::task<> require_same_on_all(const hawser::database& db, hawser::durability d) {
    {
        hawser::session writer = co_await db.session();
        co_await require_same(writer, "writer", same_pragmas(d, true));
    }
    hawser::transaction reader = co_await db.begin({.read_only = true});
    co_await require_same(reader, "reader", same_pragmas(d, false));
    co_await reader.rollback();
}

hawser::task<hawser::database> open_task(std::string file, database_terms terms) {
    hawser::open_options o;
    o.sqlite.durability = terms.durability;
    o.sqlite.readers = terms.readers;
    o.observer = terms.observer;
    if (terms.on == threading::inline_) o.sqlite.writer = hawser::writer_mode::inline_;
    hawser::database db = co_await hawser::open("sqlite:" + file, o);
    co_await db.create_tables<prediction>();
    co_await require_same_on_all(db, terms.durability);
    co_return db;
}

} // namespace

hawser::database open_database(const std::string& file, const database_terms& terms) {
    hawser::database db = hawser::run(open_task(file, terms));
    const auto schema = [&]() -> hawser::task<std::string> {
        std::string text;
        for (const auto& sql :
             co_await db.query<std::string>(hawser::sql(std::string("select sql from sqlite_schema"))))
            text += sql + ";";
        co_return text;
    };
    if (hawser::run(schema()) != raw_sqlite(file).schema()) throw std::runtime_error("the schemas differ");
    return db;
}

filled_file::filled_file(std::size_t rows) : rows_(rows) {
    constexpr std::size_t at_once = 10'000;
    raw_sqlite db(path(), hawser::durability::normal);
    std::vector<prediction> some;
    for (std::size_t at = 0; at < rows;) {
        some.clear();
        const std::size_t end = std::min(rows, at + at_once);
        for (; at < end; ++at) {
            some.push_back(make_prediction(at));
            some.back().id = static_cast<std::int64_t>(at) + 1;
            whole_.add(some.back());
        }
        db.begin();
        db.insert(some);
        db.commit();
    }
}

std::shared_ptr<const filled_file> filled(std::size_t rows) {
    static std::weak_ptr<const filled_file> last;
    std::shared_ptr<const filled_file> file = last.lock();
    if (!file || file->rows() != rows) {
        file = std::make_shared<const filled_file>(rows);
        last = file;
    }
    return file;
}

} // namespace bench
