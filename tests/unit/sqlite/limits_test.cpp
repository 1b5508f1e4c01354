#include "support/catch.hpp"
#include "support/test_database.hpp"
#include <sqlite3.h>
#include <sys/mman.h>

using namespace support;
using hawser::errc;

namespace {

struct limited : test_database {
    limited() { run("create table t (id integer primary key, body text, data blob)"); }
    // What is refused, and that it does no harm.
    [[nodiscard]] hawser::error refused(const question& q) const {
        const auto e = error_of(engine, q);
        CHECK_FALSE(e.may_have_executed());
        ask(engine, write("insert into t (body) values ('after')"));
        CHECK(one("select count(*) from t") == "1");
        ask(engine, write("delete from t"));
        return e;
    }
};

std::string repeated(const std::string& part, int times, const std::string& between = "") {
    std::string all;
    for (int i = 0; i < times; ++i) all += (i == 0 ? "" : between) + part;
    return all;
}

// So many bytes that are nowhere: a page of zeros, mapped again and again.
class endless_text {
public:
    explicit endless_text(std::size_t size)
        : size_(size),
          at_(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
        REQUIRE(at_ != MAP_FAILED);
    }
    ~endless_text() { ::munmap(at_, size_); }
    endless_text(const endless_text&) = delete;
    endless_text& operator=(const endless_text&) = delete;
    [[nodiscard]] std::string_view view() const { return {static_cast<const char*>(at_), size_}; }

private:
    std::size_t size_;
    void* at_;
};

} // namespace

TEST_CASE("a statement takes as many parameters as SQLite does, and one more is an error that says so",
          "[sqlite]") {
    const limited db;
    const int most = sqlite3_limit(db.raw().handle(), SQLITE_LIMIT_VARIABLE_NUMBER, -1);
    REQUIRE(most >= 32766);
    const auto of = [](int count) {
        question q = read("select count(*) from (values " + repeated("(?)", count, ",") + ")");
        for (int i = 0; i < count; ++i) q.value(i);
        return q;
    };
    CHECK(answer(db.engine, of(32766)) == "32766");
    CHECK(answer(db.engine, of(most)) == std::to_string(most));
    const auto e = db.refused(read("select ?" + std::to_string(most + 1)));
    CHECK(e.kind() == errc::syntax_error);
    CHECK_THAT(e.what(), contains_text("variable number must be between ?1 and ?" + std::to_string(most)));
}

TEST_CASE("a value that is longer than SQLite takes is refused before anything is stored", "[sqlite]") {
    const limited db;
    const auto most = static_cast<std::size_t>(sqlite3_limit(db.raw().handle(), SQLITE_LIMIT_LENGTH, -1));
    const endless_text text(most + 1);
    question q = write("insert into t (body) values (?1)");
    q.job->batch.values.use(hawser::parameters::text_mode::borrow);
    const auto type = GENERATE(hawser::field_type::text, hawser::field_type::bytes);
    q.job->batch.values.text(text.view(), type);
    ++q.last().parameter_count;
    const auto e = db.refused(q);
    CHECK(e.kind() == errc::out_of_range);
    CHECK(e.info().native_code == SQLITE_TOOBIG);
}

TEST_CASE("a value of ten megabytes comes back as it went in", "[sqlite]") {
    const limited db;
    std::string big(10'000'000, 'x');
    for (std::size_t i = 0; i < big.size(); i += 4096) big[i] = static_cast<char>(i / 4096);
    ask(db.engine, write("insert into t values (1, ?1, cast(?1 as blob))", big));
    const auto q = read("select body, data from t where body = ?1", big);
    ask(db.engine, q);
    CHECK((q.rows().rows == std::vector<std::vector<std::string>>{{big, big}}));
}

TEST_CASE("SQL that is too deep or too wide is an error that says so", "[sqlite]") {
    const limited db;
    const int depth = sqlite3_limit(db.raw().handle(), SQLITE_LIMIT_EXPR_DEPTH, -1);
    const int columns = sqlite3_limit(db.raw().handle(), SQLITE_LIMIT_COLUMN, -1);
    const auto deep = db.refused(read("select " + repeated("1", depth + 2, "+")));
    CHECK(deep.kind() == errc::syntax_error);
    CHECK_THAT(deep.what(), contains_text("maximum depth"));
    const auto wide = db.refused(read("select " + repeated("1", columns + 1, ",")));
    CHECK(wide.kind() == errc::syntax_error);
    CHECK_THAT(wide.what(), contains_text("too many columns"));
}

TEST_CASE("a pattern that is too long for LIKE is an error that says so", "[sqlite]") {
    const limited db;
    const int most = sqlite3_limit(db.raw().handle(), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
    const auto e =
        db.refused(read("select 'x' like ?1", std::string(static_cast<std::size_t>(most) + 1, '%')));
    CHECK_THAT(e.what(), contains_text("LIKE or GLOB pattern too complex"));
}
