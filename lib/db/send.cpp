#include "core/retold.hpp"
#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/send.hpp>
#include <hawser/db/sending.hpp>
#include <hawser/mapping/sql_scan.hpp>

namespace hawser {
namespace detail {

deadline handle::due() const noexcept {
    auto timeout = settings ? settings->timeout : std::chrono::milliseconds(-1);
    if (timeout.count() < 0) timeout = database->statement_timeout;
    return std::min(timeout.count() == 0 ? no_deadline : after(timeout), held ? held->until : no_deadline);
}

deadline handle::due_if_given() const noexcept {
    return std::min(settings && settings->timeout.count() > 0 ? after(settings->timeout) : no_deadline,
                    held ? held->until : no_deadline);
}

handle handle::with(const call_options& options) const {
    auto changed = settings ? std::make_shared<call_settings>(*settings) : std::make_shared<call_settings>();
    if (options.timeout.count() >= 0) changed->timeout = options.timeout;
    if (!options.name.empty()) changed->name = options.name;
    if (!options.actor.empty()) changed->actor = options.actor;
    if (!options.reason.empty()) changed->reason = options.reason;
    handle h = *this;
    h.settings = std::move(changed);
    return h;
}

engine::job_ptr new_job(const handle& on, engine::batch_mode mode) {
    auto j = engine::job::make();
    j->batch.mode = mode;
    j->on = on.lease;
    j->due = on.due();
    if (on.held) on.held->calls.fetch_add(1, std::memory_order_relaxed);
    if (on.settings && !on.settings->name.empty()) {
        j->name = on.settings->name;
        j->batch.owned.push_back(
            std::const_pointer_cast<call_settings>(on.settings)); // the name may outlive the caller
    }
    return j;
}

engine::request& add_request(engine::batch& b, const statement& what, std::size_t first) {
    engine::request& r = b.requests.emplace_back();
    r.what = &what;
    r.first_parameter = static_cast<std::uint32_t>(first);
    r.parameter_count = static_cast<std::uint32_t>(b.values.size() - first);
    return r;
}

engine::job_ptr statement_job(const handle& on, const statement& what) {
    auto j = new_job(on, what.read_only() ? engine::batch_mode::read : engine::batch_mode::atomic);
    add_request(j->batch, what, 0);
    return j;
}

namespace {

// A statement of run time, with its texts. It lives as long as its job.
struct text_statement {
    std::string sqlite;
    std::string postgres;
    statement what;

    text_statement(const std::string& text, const sql_scan& scan)
        : sqlite(rewritten(text, dialect::sqlite)),
          postgres(text),
          what({.name = "sql",
                .sqlite = sqlite,
                .postgres = postgres,
                .parameters = static_cast<std::uint16_t>(scan.placeholders),
                .read_only = scan.reads,
                .lasting = false,
                .table = nullptr}) {}

    static std::string rewritten(const std::string& text, dialect d) {
        text_sink measure;
        rewrite_placeholders(text, d, measure);
        std::string out(measure.size(), '\0');
        text_sink write(out.data());
        rewrite_placeholders(text, d, write);
        return out;
    }
};

std::exception_ptr complaint(const sql_scan& scan, const std::string& text, std::size_t arguments,
                             const lease_state* held) {
    error_info info;
    info.statement_name = "sql";
    info.sql = text;
    const auto fail = [&](errc kind, const std::string& what) {
        return make_error(kind, what, std::move(info));
    };
    if (scan.open_quote) return fail(errc::syntax_error, "a quote or comment in the SQL text is not closed");
    if (scan.question_mark)
        return fail(errc::syntax_error, "placeholders are $1, $2, ..; the SQL text has another kind");
    if (scan.several)
        return fail(errc::permission_denied,
                    "only one statement may be sent at a time; use run_script for several");
    const bool session = held != nullptr && held->session;
    if (scan.control && !session && !(scan.local && held != nullptr))
        return fail(errc::permission_denied,
                    "transaction control and settings do not go through the shared lane; use db.transaction "
                    "or db.session");
    if (scan.gap) return fail(errc::syntax_error, "the placeholders of the SQL text leave out a number");
    if (scan.placeholders != arguments)
        return fail(errc::syntax_error, "the SQL text has " + std::to_string(scan.placeholders) +
                                            " placeholders, " + std::to_string(arguments) +
                                            " values were given");
    return nullptr;
}

} // namespace

engine::job_ptr text_job(const handle& on, const std::string& text, std::size_t arguments) {
    const sql_scan scan = scan_sql(text);
    auto owned = std::make_shared<text_statement>(text, scan);
    auto j = statement_job(on, owned->what);
    j->batch.owned.push_back(std::move(owned));
    j->failure = complaint(scan, text, arguments, on.held.get());
    return j;
}

namespace {

// Runs in the awaiting coroutine's frame until submit(): from then on that frame may be gone at any moment.
struct submit {
    const std::shared_ptr<engine::engine>& to;
    const engine::job_ptr& j;
    void operator()() const {
        const auto engine = to;
        auto job = j;
        engine->submit(std::move(job));
    }
};

[[noreturn]] void throw_cancelled(const char* when, std::string_view name, bool may_have_executed = false) {
    error_info info;
    info.statement_name = name;
    info.may_have_executed = may_have_executed;
    throw_error(errc::cancelled, when, std::move(info));
}

// Whoever is let go while it runs does not know what became of it.
bool may_write(const engine::job& j) noexcept {
    const auto& all = j.batch.requests;
    return j.what == engine::verb::script || std::any_of(all.begin(), all.end(), [](const auto& r) {
               return r.what != nullptr && !r.what->read_only();
           });
}

void throw_failure(const engine::job& j) {
    if (j.abandoned()) throw_cancelled("cancelled while it was running", j.name, may_write(j));
    const auto took = [&] {
        return std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - j.submitted);
    };
    if (j.expired()) {
        error_info info;
        info.statement_name = j.name;
        info.duration = took();
        info.may_have_executed = may_write(j);
        throw_error(errc::statement_timeout, "the deadline passed while the statement ran", std::move(info));
    }
    if (!j.failure) return;
    if (j.submitted == clock::time_point{}) std::rethrow_exception(j.failure);
    std::rethrow_exception(with_duration(j.failure, took()));
}

// Whose statement it is on a lease. A script may have ended the transaction.
void throw_failure(const engine::job& j, const std::weak_ptr<const void>& within) {
    try {
        throw_failure(j);
    } catch (const error& e) {
        if (!e.may_have_executed() || e.id() == "DB_TXN_001" || j.what == engine::verb::script) throw;
        std::rethrow_exception(executed_within(std::current_exception(), within));
    }
}

} // namespace

sending::sending(std::shared_ptr<engine::engine> to, engine::job_ptr j)
    : to_(std::move(to)), job_(std::move(j)), within_(job_->on) {
    throw_failure(*job_);
}

sending::~sending() {
    if (place_ > 0) to_->room().leave(1, place_);
}

std::size_t sending::weight() const noexcept {
    return sizeof(engine::job) + job_->batch.values.bytes();
}

bool sending::goes_in() {
    const bool first = job_->what == engine::verb::begin || job_->what == engine::verb::connect;
    // Whoever waits for room may wait for this very lease.
    if (job_->on && (!first || job_->on->holds_its_connection())) return true;
    if (!to_->room().try_enter(weight())) return false;
    job_->weight = place_ = weight();
    return true;
}

task<void> sending::room() {
    co_await to_->room().enter(job_->due, weight());
    job_->weight = place_ = weight();
}

void sending::see_cancelled(const boost::asio::cancellation_state& state) const {
    if (place_ > 0 && state.cancelled() != boost::asio::cancellation_type::none)
        throw_cancelled("cancelled before it was sent", job_->name);
}

void sending::hand_over() noexcept {
    const auto engine = to_;
    auto job = job_;
    place_ = 0;
    engine->submit(std::move(job));
}

void sending::finish() const {
    throw_failure(*job_, within_);
}

task<void> send(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    sending s(std::move(to), std::move(j));
    if (!s.goes_in()) co_await s.room();
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    s.see_cancelled(state);
    co_await s.answer();
    s.finish();
}

task<void> send_shielded(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    co_await async::wait_shielded(*j, submit{to, j});
    throw_failure(*j);
}

task<std::int64_t> run_counted(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    co_await send(std::move(to), j);
    co_return j->batch.requests.front().rows_affected;
}

const std::shared_ptr<engine::engine>& engine_of(const executor_ref& on) noexcept {
    return on.get().database->engine;
}

namespace {

task<result> fetch_whole(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    auto rows = std::make_shared<result_rows>();
    j->batch.requests.back().rows = rows.get();
    j->batch.owned.push_back(rows);
    co_await send(std::move(to), j);
    co_return result(std::move(rows));
}

} // namespace

task<result> fetch_result(const executor_ref& on, engine::job_ptr j) {
    return fetch_whole(engine_of(on), std::move(j));
}

namespace {

error_info info_of(const engine::job& j, dialect of) {
    error_info info;
    const statement& what = *j.batch.requests.front().what;
    info.statement_name = j.name.empty() ? what.name() : j.name;
    info.sql = what.text(of);
    if (what.table()) info.table = what.table()->name;
    return info;
}

} // namespace

void throw_not_found(const engine::job& j, dialect of) {
    error_info info = info_of(j, of);
    const std::string message = "no row in " + info.statement_name;
    throw_error(errc::not_found, message, std::move(info));
}
void throw_too_many(const engine::job& j, dialect of) {
    error_info info = info_of(j, of);
    const std::string message = "more than one row in " + info.statement_name;
    throw_error(errc::too_many_rows, message, std::move(info));
}

} // namespace detail

task<void> executor_ref::run_script(std::string text) const {
    auto j = detail::new_job(handle_, engine::batch_mode::atomic);
    j->what = engine::verb::script;
    j->text = std::move(text);
    // It may end the transaction and begin another one: what became of the first tells nothing then.
    if (handle_.held) handle_.held->number.clear();
    return detail::send(handle_.database->engine, std::move(j));
}

} // namespace hawser
