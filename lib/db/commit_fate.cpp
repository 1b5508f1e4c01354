#include "db/commit_fate.hpp"
#include "core/retold.hpp"
#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <hawser/core/error.hpp>
#include <optional>
#include <tuple>
#include <utility>

namespace hawser::detail {
namespace {

using namespace std::chrono_literals;

// A server gives a number again only after a crash, from whose WAL the first one was missing. A crash resets the
// statistics; and a standby that has taken over is on another timeline.
#define HAWSER_SERVER_LIFE                                                                                   \
    "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ' ' || "                                         \
    "(select extract(epoch from stats_reset)::text from pg_stat_bgwriter)"

constinit const statement number_statement(
    {.name = "transaction number",
     .sqlite = {},
     .postgres = "select pg_current_xact_id()::text, " HAWSER_SERVER_LIFE});

constinit const statement fate_statement({.name = "what became of the COMMIT",
                                          .sqlite = {},
                                          .postgres = "select pg_xact_status($1::text::xid8) "
                                                      "where " HAWSER_SERVER_LIFE " = $2::text",
                                          .parameters = 2,
                                          .read_only = true});

#undef HAWSER_SERVER_LIFE

using number_row = std::tuple<std::string, std::string>;
using fate_row = std::optional<std::string>;

class number_sink final : public row_sink {
public:
    explicit number_sink(std::shared_ptr<lease_state> to) : to_(std::move(to)), rows_(1) {}
    void begin(std::span<const std::string_view> columns) override { rows_.begin(columns); }
    bool row(std::span<const field_view> fields) override {
        rows_.row(fields);
        std::tie(to_->number, to_->server_life) = rows_.rows.front();
        return false;
    }

private:
    std::shared_ptr<lease_state> to_;
    collected_rows<number_row, false> rows_;
};

// What is asked anew after each longer pause.
constexpr auto first_pause = 5ms;
constexpr auto longest_pause = 500ms;
// Where calls have no deadline.
constexpr auto longest_wait = 60s;

bool is_last_word(const std::exception_ptr& failure) {
    return kind_of(failure) == errc::closed;
}

task<void> pause(clock::duration how_long) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, how_long);
    boost::system::error_code ignored;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
}

// None: the server does not know, or is not the one that was asked before.
task<fate_row> ask_fate(handle on, std::string number, std::string life, deadline due) {
    auto j = statement_job(on, fate_statement);
    j->due = due;
    bind_arguments(*j, number, life);
    auto& found = collect<fate_row, false>(*j, 1);
    co_await send_shielded(on.database->engine, j);
    co_return found.rows.empty() ? fate_row() : found.rows.front();
}

// Whether it was committed; none: not to be found out.
task<std::optional<bool>> find_out(handle on, std::string number, std::string life) {
    on.lease.reset();
    on.held.reset();
    const deadline until = std::min(on.due(), after(longest_wait));
    clock::duration next = first_pause;
    while (clock::now() < until) {
        fate_row fate;
        std::exception_ptr failure;
        try {
            fate = co_await ask_fate(on, number, life, until);
        } catch (...) { failure = std::current_exception(); }
        if (failure ? is_last_word(failure) : !fate) break;
        if (!failure && *fate != "in progress") co_return *fate == "committed";
        co_await pause(std::min<clock::duration>(next, until - clock::now()));
        next = std::min<clock::duration>(2 * next, longest_pause);
    }
    co_return std::nullopt;
}

} // namespace

void ask_number(const handle& on, engine::job& begin) {
    engine::request& r = add_request(begin.batch, number_statement, begin.batch.values.size());
    auto sink = std::make_shared<number_sink>(on.held);
    r.rows = sink.get();
    begin.batch.owned.push_back(std::move(sink));
}

task<std::exception_ptr> resolved_commit(handle on, std::exception_ptr failure) {
    if (on.held->number.empty() || kind_of(failure) != errc::commit_unknown) co_return failure;
    const auto committed = co_await find_out(on, on.held->number, on.held->server_life);
    if (!committed) co_return failure;
    if (*committed) co_return nullptr;
    co_return make_error(errc::connection_lost,
                         "the connection was lost before the answer to COMMIT; the server says that the "
                         "transaction was rolled back",
                         {.statement_name = std::string(on.name())});
}

} // namespace hawser::detail
