// A unit of work that dirties more pages than the cache holds is undone inside a group commit; the writes of the
// same group and of later ones are acknowledged on stdout. The script kills this program and counts.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <exception>
#include <hawser/hawser.hpp>
#include <unistd.h>

namespace {

struct page {
    std::int64_t id{};
    std::int64_t round{};
    std::string body{};
};
BOOST_DESCRIBE_STRUCT(page, (), (id, round, body))
consteval auto hawser_table(hawser::of<page>) {
    return hawser::table<page>("pages", hawser::primary_key<&page::id>.generated());
}

struct note {
    std::int64_t id{};
    std::int64_t number{};
};
BOOST_DESCRIBE_STRUCT(note, (), (id, number))
consteval auto hawser_table(hawser::of<note>) {
    return hawser::table<note>("notes", hawser::primary_key<&note::id>.generated(),
                               hawser::unique<&note::number>);
}

using hawser::col;

// More than the cache holds, and less than makes the writer copy its log back, which would hide the loss.
constexpr std::size_t page_count = 300;

void acknowledge(std::int64_t number) {
    char line[32];
    const int size = std::snprintf(line, sizeof line, "%lld\n", static_cast<long long>(number));
    if (::write(STDOUT_FILENO, line, static_cast<std::size_t>(size)) != size) std::terminate();
}

hawser::task<> insert_note(hawser::database db, std::int64_t number) {
    note n;
    n.number = number;
    co_await hawser::repository<note>{db}.insert(n);
    acknowledge(number);
}

// Rewrites pages that have spilled once already, then fails its guard.
hawser::task<> spoil(hawser::database db) {
    hawser::unit_of_work unit{db};
    unit.update<page>(col<&page::id> > 0, hawser::set<&page::round>(col<&page::round> + 1));
    unit.update<page>(col<&page::id> > 150, hawser::set<&page::round>(col<&page::round> + 1));
    unit.expect<page>(col<&page::round> < 0, 1);
    auto outcome = co_await hawser::as_result(unit.commit());
    if (!outcome.has_error() || outcome.error().kind() != hawser::errc::precondition_failed) std::terminate();
}

hawser::task<> prepare(hawser::database db) {
    co_await db.create_tables<page, note>();
    std::vector<page> pages(page_count);
    for (page& p : pages) p.body.assign(3000, 'x');
    co_await hawser::repository<page>{db}.copy_in(pages);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    hawser::database db =
        hawser::run(hawser::open(std::string("sqlite:") + argv[1], {.sqlite = {.cache_kib = 200}}));
    hawser::run(prepare(db));
    boost::asio::io_context context(1);
    const auto rethrow = [](std::exception_ptr e) {
        if (e) std::rethrow_exception(e);
    };
    // One loop turn queues all of them, so that they share a group: before, between and behind the spoiler.
    boost::asio::co_spawn(context, insert_note(db, 1), rethrow);
    boost::asio::co_spawn(context, spoil(db), rethrow);
    boost::asio::co_spawn(context, insert_note(db, 2), rethrow);
    context.run();
    for (std::int64_t number = 3; number <= 20; ++number) hawser::run(insert_note(db, number));
    std::puts("ready");
    std::fflush(stdout);
    ::pause();
}
