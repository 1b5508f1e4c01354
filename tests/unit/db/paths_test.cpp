#include "fixture.hpp"
#include "support/raw_sqlite.hpp"
#include "support/unprivileged.hpp"
#include <filesystem>

namespace fs = std::filesystem;
using namespace market;
using hawser::errc;

namespace {

using folder = support::temporary_folder;

std::string percent_encoded(const std::string& path) {
    std::string out;
    for (const char c : path)
        out += c == '%' ? "%25" : c == '?' ? "%3F" : c == '\n' ? "%0A" : std::string(1, c);
    return out;
}

// Made by Hawser, one position in it; `keep_log`: as after a crash, with a log that was not copied back.
void make_market(const std::string& path, bool keep_log = false) {
    const auto main = [&path]() -> task<> {
        hawser::database db = co_await hawser::open(path);
        co_await db.create_tables<position, trade, prediction>();
        position p = make_position("BTC");
        co_await hawser::repository<position>{db}.insert(p);
        co_await db.close();
    };
    hawser::run(main());
    if (!keep_log) return;
    const std::string copy = path + ".copy";
    {
        support::raw_sqlite db(path);
        db.exec("pragma wal_autocheckpoint=0; update positions set note = 'in the log'");
        fs::copy_file(path, copy);
        fs::copy_file(path + "-wal", copy + "-wal");
    }
    fs::rename(copy, path);
    fs::rename(copy + "-wal", path + "-wal");
}

// The symbol and note of the position there.
task<std::string> look(std::string url, hawser::open_options options) {
    hawser::database db = co_await hawser::open(url, options);
    const position p = co_await hawser::repository<position>{db}.one();
    co_await db.close();
    co_return p.symbol + " " + p.note.value_or("-");
}
std::string look_into(const std::string& url, bool read_only = false) {
    hawser::open_options options;
    options.sqlite.read_only = read_only;
    return hawser::run(look(url, options));
}
hawser::error failure_of(const std::string& url, bool read_only = false) {
    try {
        look_into(url, read_only);
    } catch (const hawser::error& e) { return e; }
    throw std::logic_error("it could be opened: " + url);
}

class in_folder {
public:
    explicit in_folder(const fs::path& to) : before_(fs::current_path()) { fs::current_path(to); }
    ~in_folder() { fs::current_path(before_); }
    in_folder(const in_folder&) = delete;
    in_folder& operator=(const in_folder&) = delete;

private:
    fs::path before_;
};

class mode {
public:
    mode(std::string path, fs::perms of) : path_(std::move(path)), before_(fs::status(path_).permissions()) {
        fs::permissions(path_, of);
    }
    ~mode() { fs::permissions(path_, before_); }
    mode(const mode&) = delete;
    mode& operator=(const mode&) = delete;

private:
    std::string path_;
    fs::perms before_;
};

constexpr auto only_read = fs::perms::owner_read | fs::perms::owner_exec;

} // namespace

TEST_CASE("a file may have any name that the system takes, and SQLite reads none as a URI", "[db]") {
    const folder at;
    const std::string name =
        GENERATE(as<std::string>{}, "what?.db", "a?mode=memory", "c#1.db", "100%.db", "50%41.db", "a b  c.db",
                 " lead and trail ", "caf\xc3\xa9.db", "\xe6\x97\xa5\xe6\x9c\xac.db", "\xf0\x9f\x98\x80.db",
                 "it's \"quoted\".db", "a;b&c=d.db", "semi:colon.db", "-starts-with-a-dash", "file:x.db",
                 "new\nline.db", "back\\slash.db", ":memory:.db", "\xff\xfe.db");
    INFO(name);
    const std::string url = "sqlite:" + percent_encoded(at.file(name));
    make_market(url);
    CHECK(fs::exists(at.path() / name));
    CHECK(std::distance(fs::directory_iterator(at.path()), fs::directory_iterator()) == 1);
    CHECK(look_into(url) == "BTC -");
    CHECK(look_into(url, true) == "BTC -");
    CHECK(support::raw_sqlite(at.file(name)).integer("select count(*) from positions") == 1);
}

TEST_CASE("a relative path is that of the moment of opening, whatever the folder is later", "[db]") {
    const folder at;
    const folder elsewhere;
    const in_folder first(at.path());
    const auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite:market.db", {.sqlite = {.readers = 1}});
        co_await db.create_tables<position, trade, prediction>();
        const in_folder second(elsewhere.path());
        position p = make_position("BTC");
        co_await hawser::repository<position>{db}.insert(p);
        {
            hawser::session s = co_await db.session(); // its connection is replaced afterwards
            co_await s.run_script("vacuum");
        }
        position q = make_position("ETH");
        co_await hawser::repository<position>{db}.insert(q);
        const auto count = co_await hawser::repository<position>{db}.count();
        CHECK(count == 2);
        co_await db.ping();
        co_await db.close();
    };
    hawser::run(main());
    CHECK(fs::is_empty(elsewhere.path()));
    CHECK(support::raw_sqlite(at.file("market.db")).integer("select count(*) from positions") == 2);
}

TEST_CASE("databases in memory are each their own, and leave no file", "[db]") {
    const folder at;
    const in_folder here(at.path());
    const std::string url = GENERATE(as<std::string>{}, "sqlite::memory:", "sqlite:///:memory:", ":memory:");
    const auto main = [&]() -> task<> {
        hawser::database one = co_await hawser::open(url);
        hawser::database two = co_await hawser::open(url);
        co_await one.create_tables<position>();
        position p = make_position("BTC");
        co_await hawser::repository<position>{one}.insert(p);
        const auto kept = co_await hawser::repository<position>{one}.count();
        CHECK(kept == 1);
        const auto e = co_await error_of(hawser::repository<position>{two}.count());
        CHECK(e.kind() == errc::undefined_object);
        co_await one.close();
        co_await two.close();
    };
    hawser::run(main());
    CHECK(fs::is_empty(at.path()));
}

TEST_CASE("a file that may not be written is told so with its path, and may be read", "[db]") {
    const folder at;
    make_market(at.file("market.db"));
    support::unprivileged::own(at.path().string());
    support::unprivileged::own(at.file("market.db"));
    const support::unprivileged nobody;
    const mode m(at.file("market.db"), fs::perms::owner_read);
    const auto e = failure_of(at.file("market.db"));
    CHECK(e.kind() == errc::read_only);
    CHECK_THAT(e.what(), support::contains_text(at.file("market.db") + ": the file is write-protected"));
    CHECK(look_into(at.file("market.db"), true) == "BTC -");
}

TEST_CASE("a file that may not be read is told so with its path", "[db]") {
    const folder at;
    make_market(at.file("market.db"));
    support::unprivileged::own(at.path().string());
    support::unprivileged::own(at.file("market.db"));
    const support::unprivileged nobody;
    const mode m(at.file("market.db"), fs::perms::none);
    const bool read_only = GENERATE(false, true);
    const auto e = failure_of(at.file("market.db"), read_only);
    CHECK(e.kind() == errc::connect_failed);
    CHECK_THAT(e.what(), support::contains_text(at.file("market.db")));
}

TEST_CASE("in a folder that may not be written, opening fails and says where", "[db]") {
    const folder at;
    make_market(at.file("market.db"));
    support::unprivileged::own(at.path().string());
    support::unprivileged::own(at.file("market.db"));
    const support::unprivileged nobody;
    const mode m(at.path().string(), only_read);
    const bool read_only = GENERATE(false, true);
    const auto e = failure_of(at.file("market.db"), read_only);
    CHECK(e.kind() == errc::read_only);
    CHECK_THAT(e.what(), support::contains_text(at.file("market.db") + ": its folder is write-protected"));
    const auto made = failure_of(at.file("new/market.db"));
    CHECK(made.kind() == errc::connect_failed);
    CHECK_THAT(made.what(), support::contains_text(at.file("new")));
}

TEST_CASE("a log without its shared memory is recovered, by a writer and by a reader", "[db]") {
    const folder at;
    make_market(at.file("market.db"), true);
    CHECK(fs::exists(at.file("market.db-wal")));
    CHECK_FALSE(fs::exists(at.file("market.db-shm")));
    const bool read_only = GENERATE(false, true);
    CHECK(look_into(at.file("market.db"), read_only) == "BTC in the log");
}

TEST_CASE("a file that was renamed is not written on the caller's thread either", "[db]") {
    const folder at;
    hawser::open_options options;
    options.sqlite.writer = hawser::writer_mode::inline_;
    const auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open(at.file("market.db"), options);
        co_await db.create_tables<position, trade, prediction>();
        hawser::repository<position> positions{db};
        position p = make_position("BTC");
        co_await positions.insert(p);
        fs::rename(at.file("market.db"), at.file("kept.db"));
        position q = make_position("ETH");
        const auto e = co_await error_of(positions.insert(q));
        CHECK(e.kind() == errc::connection_lost);
        fs::rename(at.file("kept.db"), at.file("market.db"));
        co_await positions.insert(q);
        const auto count = co_await positions.count();
        CHECK(count == 2);
        co_await db.close();
    };
    hawser::run(main());
}
