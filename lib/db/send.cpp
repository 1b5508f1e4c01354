#include <boost/asio/this_coro.hpp>
#include <hawser/async/operation.hpp>
#include <hawser/core/error.hpp>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/send.hpp>
#include <hawser/mapping/sql_scan.hpp>

namespace hawser {
namespace detail {

deadline handle::due() const noexcept {
    auto timeout = settings ? settings->timeout : std::chrono::milliseconds(-1);
    if (timeout.count() < 0) timeout = database->statement_timeout;
    return timeout.count() == 0 ? no_deadline : after(timeout);
}

deadline handle::due_if_given() const noexcept {
    return settings && settings->timeout.count() > 0 ? after(settings->timeout) : no_deadline;
}

engine::job_ptr new_job(const handle& on, engine::batch_mode mode) {
    auto j = engine::job::make();
    j->batch.mode = mode;
    j->on = on.lease;
    j->due = on.due();
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

std::exception_ptr complaint(const sql_scan& scan, const std::string& text, std::size_t arguments) {
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
    if (scan.control)
        return fail(errc::permission_denied,
                    "transaction control and settings do not go through the shared lane; use db.transaction");
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
    j->failure = complaint(scan, text, arguments);
    return j;
}

namespace {

// Gives the place back unless the job has been handed to the engine, which then does.
class place {
public:
    explicit place(async::gate& g) noexcept : gate_(&g) {}
    ~place() {
        if (gate_) gate_->leave(1, weight_);
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    void weigh(engine::job& j) noexcept {
        weight_ = sizeof(engine::job) + j.batch.values.bytes();
        gate_->weigh(weight_);
        j.weight = weight_;
    }
    void handed_over() noexcept { gate_ = nullptr; }

private:
    async::gate* gate_;
    std::size_t weight_ = 0;
};

// Runs in the awaiting coroutine's frame until submit(): from then on that frame may be gone at any moment.
struct submit {
    const std::shared_ptr<engine::engine>& to;
    const engine::job_ptr& j;
    place* held = nullptr;
    void operator()() const {
        const auto engine = to;
        auto job = j;
        if (held) held->handed_over();
        engine->submit(std::move(job));
    }
};

void throw_failure(const engine::job& j) {
    if (j.abandoned()) {
        error_info info;
        info.statement_name = j.name;
        throw_error(errc::cancelled, "cancelled while it was running", std::move(info));
    }
    if (j.failure) std::rethrow_exception(j.failure);
}

} // namespace

task<void> send(std::shared_ptr<engine::engine> to, engine::job_ptr j) {
    throw_failure(*j); // found out before it was sent
    if (j->on && j->what != engine::verb::begin) {
        co_await async::wait(*j, submit{to, j});
    } else {
        async::gate& room = to->room();
        if (!room.try_enter()) co_await room.enter(j->due);
        place held(room);
        held.weigh(*j);
        co_await async::wait(*j, submit{to, j, &held});
    }
    throw_failure(*j);
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

error_info info_of(const engine::job& j) {
    error_info info;
    const statement& what = *j.batch.requests.front().what;
    info.statement_name = j.name.empty() ? what.name() : j.name;
    info.sql = what.text(dialect::sqlite);
    if (what.table()) info.table = what.table()->name;
    return info;
}

} // namespace

void throw_not_found(const engine::job& j) {
    error_info info = info_of(j);
    const std::string message = "no row in " + info.statement_name;
    throw_error(errc::not_found, message, std::move(info));
}
void throw_too_many(const engine::job& j) {
    error_info info = info_of(j);
    const std::string message = "more than one row in " + info.statement_name;
    throw_error(errc::too_many_rows, message, std::move(info));
}

} // namespace detail

task<void> executor_ref::run_script(std::string text) const {
    auto j = detail::new_job(handle_, engine::batch_mode::atomic);
    j->what = engine::verb::script;
    j->text = std::move(text);
    return detail::send(handle_.database->engine, std::move(j));
}

} // namespace hawser
