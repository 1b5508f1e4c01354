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

// Lack of resources, and a server that stops, has crashed, or starts.
bool is_passing(std::string_view sqlstate) {
    return sqlstate.empty() || sqlstate.starts_with("53") || sqlstate.starts_with("57P0");
}

// Whether asking again may help.
bool may_pass(const error& e) {
    switch (e.kind()) {
    case errc::connect_failed: return is_passing(e.info().sqlstate);
    case errc::connection_lost:
    case errc::pool_exhausted:
    case errc::statement_timeout:
    case errc::cancelled:
    case errc::disk_full: return true;
    default: return e.retryable();
    }
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

struct finding {
    std::optional<bool> committed{}; // none: not to be found out
    std::string refusal{};           // why it cannot be asked
};

task<finding> find_out(handle on, std::string number, std::string life) {
    on.lease.reset();
    on.held.reset();
    const deadline until = std::min(on.due(), after(longest_wait));
    clock::duration next = first_pause;
    while (clock::now() < until) {
        fate_row fate = "in progress";
        finding found;
        try {
            fate = co_await ask_fate(on, number, life, until);
        } catch (const error& e) {
            if (!may_pass(e)) found.refusal = e.message();
        } catch (...) {}
        if (!found.refusal.empty() || !fate) co_return found;
        if (*fate != "in progress") {
            found.committed = *fate == "committed";
            co_return found;
        }
        co_await pause(std::min<clock::duration>(next, until - clock::now()));
        next = std::min<clock::duration>(2 * next, longest_pause);
    }
    co_return finding{};
}

std::exception_ptr with_refusal(const std::exception_ptr& failure, const std::string& refusal) {
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        return make_error(e.kind(), e.message() + "; what became of it could not be asked: " + refusal,
                          e.info());
    }
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
    const finding found = co_await find_out(on, on.held->number, on.held->server_life);
    if (!found.refusal.empty()) co_return with_refusal(failure, found.refusal);
    if (!found.committed) co_return failure;
    if (*found.committed) co_return nullptr;
    on.held->rolled_back = true;
    co_return make_error(errc::connection_lost,
                         "the connection was lost before the answer to COMMIT; the server says that the "
                         "transaction was rolled back",
                         {.statement_name = std::string(on.name())});
}

} // namespace hawser::detail
