#include "support/jobs.hpp"
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <hawser/async/operation.hpp>
#include <optional>
#include <stdexcept>

namespace support {

namespace asio = boost::asio;
using hawser::engine::job;
using hawser::engine::job_ptr;

namespace {

struct text_statement {
    text_statement(std::string sql, bool read_only, bool one_row, const hawser::table_info* table)
        : text(std::move(sql)),
          what({.name = "test",
                .sqlite = text,
                .postgres = text,
                .read_only = read_only,
                .lasting = false,
                .one_row = one_row,
                .table = table}) {}
    const std::string text;
    const hawser::statement what;
};

std::string to_text(const hawser::field_view& f) {
    char number[64];
    switch (f.type) {
    case hawser::field_type::null: return "NULL";
    case hawser::field_type::text:
    case hawser::field_type::json:
    case hawser::field_type::bytes: return std::string(f.text());
    case hawser::field_type::float64: std::snprintf(number, sizeof number, "%.17g", f.real); return number;
    default: return std::to_string(f.integer);
    }
}

} // namespace

void text_rows::begin(std::span<const std::string_view> names) {
    columns.assign(names.begin(), names.end());
    rows.clear();
    ++begun;
}

bool text_rows::row(std::span<const hawser::field_view> fields) {
    if (fails) hawser::throw_error(*fails, "the sink does not take this row");
    auto& added = rows.emplace_back();
    for (const auto& f : fields) added.push_back(to_text(f));
    return rows.size() < most;
}

question::question(hawser::engine::batch_mode mode) : job(hawser::engine::job::make()) {
    job->batch.mode = mode;
}

question& question::add(std::string sql, const hawser::table_info* table) {
    const bool reads = job->batch.mode == hawser::engine::batch_mode::read;
    auto owned = std::make_shared<text_statement>(std::move(sql), reads, by_key_, table);
    auto& r = job->batch.requests.emplace_back();
    r.what = &owned->what;
    r.first_parameter = static_cast<std::uint32_t>(job->batch.values.size());
    job->batch.owned.push_back(std::move(owned));
    return *this;
}

question& question::value(std::int64_t v) {
    job->batch.values.integer(v);
    ++last().parameter_count;
    return *this;
}
question& question::value(double v) {
    job->batch.values.real(v);
    ++last().parameter_count;
    return *this;
}
question& question::value(std::string_view v) {
    job->batch.values.text(v);
    ++last().parameter_count;
    return *this;
}
question& question::value(std::nullopt_t) {
    job->batch.values.null();
    ++last().parameter_count;
    return *this;
}
question& question::key_of(std::size_t request) {
    job->batch.values.key_of(request);
    ++last().parameter_count;
    return *this;
}
question& question::named(std::string_view name) {
    job->name = name;
    return *this;
}
question& question::until(hawser::deadline due) {
    job->due = due;
    return *this;
}

question& question::rows_wanted() {
    auto rows = std::make_shared<text_rows>();
    last().rows = rows.get();
    job->batch.owned.push_back(rows);
    rows_.push_back(std::move(rows));
    return *this;
}

text_rows& question::rows(std::size_t request) const {
    return *rows_.at(request);
}

question script(std::string text) {
    question q(hawser::engine::batch_mode::atomic);
    q.job->what = hawser::engine::verb::script;
    q.job->text = std::move(text);
    return q;
}

question begin(const std::shared_ptr<hawser::engine::lease>& on, bool read_only) {
    question q = on_lease(on, hawser::engine::verb::begin);
    q.job->modes.read_only = read_only;
    return q;
}

question on_lease(const std::shared_ptr<hawser::engine::lease>& on, hawser::engine::verb what,
                  unsigned level) {
    question q(hawser::engine::batch_mode::atomic);
    q.job->on = on;
    q.job->what = what;
    q.job->level = level;
    return q;
}

question on_lease(const std::shared_ptr<hawser::engine::lease>& on, question q) {
    q.job->on = on;
    return q;
}

namespace {

// A place at the gate, left where the job does not come to be submitted: a cancellation may come with the place.
class place {
public:
    place(hawser::async::gate& g, std::size_t bytes) : gate_(&g), bytes_(bytes) {}
    ~place() {
        if (gate_) gate_->leave(1, bytes_);
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    void handed_over() noexcept { gate_ = nullptr; }

private:
    hawser::async::gate* gate_;
    std::size_t bytes_;
};

} // namespace

hawser::task<> send(engine_ptr to, job_ptr j) {
    std::optional<place> held;
    const auto submit = [&to, &j, &held] {
        const auto engine = to;
        auto mine = j;
        if (held) held->handed_over();
        engine->submit(std::move(mine));
    };
    if (!j->on) {
        j->weight = sizeof(job) + j->batch.values.bytes();
        co_await to->room().enter(j->due, j->weight);
        held.emplace(to->room(), j->weight);
    }
    co_await hawser::async::wait(*j, submit);
    if (j->abandoned()) hawser::throw_error(hawser::errc::cancelled, "let go while it was running");
    if (j->expired()) hawser::throw_error(hawser::errc::statement_timeout, "let go at its deadline");
    if (j->failure) std::rethrow_exception(j->failure);
}

void ask(const engine_ptr& to, const question& q) {
    asio::io_context io;
    std::exception_ptr failure;
    asio::co_spawn(io, send(to, q.job), [&](std::exception_ptr e) { failure = std::move(e); });
    io.run();
    if (failure) std::rethrow_exception(failure);
}

std::exception_ptr failure_of(const engine_ptr& to, const question& q) {
    try {
        ask(to, q);
    } catch (...) { return std::current_exception(); }
    throw std::logic_error("the job did not fail");
}

hawser::error error_in(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const hawser::error& e) { return e; }
}

hawser::error error_of(const engine_ptr& to, const question& q) {
    return error_in(failure_of(to, q));
}

hawser::errc kind_of(const std::exception_ptr& failure) {
    return error_in(failure).kind();
}

std::string answer(const engine_ptr& to, const question& q) {
    ask(to, q);
    return q.rows().rows.at(0).at(0);
}

void close(const engine_ptr& e) {
    asio::io_context io;
    asio::co_spawn(
        io,
        [](engine_ptr to) -> hawser::task<> {
            const job_ptr done = job::make();
            const auto start = [&to, &done] {
                const auto engine = to;
                auto mine = done;
                engine->close(std::move(mine));
            };
            co_await hawser::async::wait(*done, start);
            if (done->failure) std::rethrow_exception(done->failure);
        }(e),
        [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
    io.run();
}

} // namespace support
