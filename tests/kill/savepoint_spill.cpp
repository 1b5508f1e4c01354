// A unit of work that dirties more pages than the cache holds is undone inside a group commit, among notes of the
// same group and of later ones. The script kills this program and counts.
#include "notes.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
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

using hawser::col;
using notes::write_notes;

// More than the cache holds, and less than makes the writer copy its log back, which would hide the loss.
constexpr std::size_t page_count = 300; // as savepoint_spill.py has it

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
    co_await db.create_tables<page, notes::note>();
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
    boost::asio::co_spawn(context, write_notes(db, 1, 1), rethrow);
    boost::asio::co_spawn(context, spoil(db), rethrow);
    boost::asio::co_spawn(context, write_notes(db, 2, 2), rethrow);
    context.run();
    hawser::run(write_notes(db, 3, 20));
    notes::tell("ready");
    ::pause();
}
