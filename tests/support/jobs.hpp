#pragma once
// Jobs for an engine, made from SQL text, and ways to send them.
#include <hawser/async/task.hpp>
#include <hawser/core/error.hpp>
#include <hawser/core/row.hpp>
#include <hawser/engine/engine.hpp>
#include <hawser/engine/job.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace support {

using engine_ptr = std::shared_ptr<hawser::engine::engine>;

// Rows as text; NULL is "NULL".
class text_rows final : public hawser::row_sink {
public:
    void begin(std::span<const std::string_view> names) override;
    bool row(std::span<const hawser::field_view> fields) override;

    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    std::size_t begun = 0;
    std::size_t most = static_cast<std::size_t>(-1);
    std::optional<hawser::errc> fails; // row() throws this
};

// A job under construction.
class question {
public:
    explicit question(hawser::engine::batch_mode mode);

    // Adds a statement of run time; values follow. `read_only` is that of the mode.
    question& add(std::string sql, const hawser::table_info* table = nullptr);
    question& value(std::int64_t v);
    question& value(int v) { return value(static_cast<std::int64_t>(v)); }
    question& value(double v);
    question& value(std::string_view v);
    question& value(const char* v) { return value(std::string_view(v)); }
    question& value(std::nullopt_t);
    question& key_of(std::size_t request);
    question& named(std::string_view name);
    question& until(hawser::deadline due);
    // Of the request added last.
    hawser::engine::request& last() { return job->batch.requests.back(); }
    question& rows_wanted();
    // Statements that are added from now on are said to touch one row by its key: quick, and inline where that is on.
    question& by_key() {
        by_key_ = true;
        return *this;
    }
    [[nodiscard]] text_rows& rows(std::size_t request = 0) const;

    hawser::engine::job_ptr job;

private:
    std::vector<std::shared_ptr<text_rows>> rows_;
    bool by_key_ = false;
};

template <class... V>
question write(std::string sql, const V&... values) {
    question q(hawser::engine::batch_mode::atomic);
    q.add(std::move(sql));
    (q.value(values), ...);
    return q;
}
template <class... V>
question read(std::string sql, const V&... values) {
    question q(hawser::engine::batch_mode::read);
    q.add(std::move(sql)).rows_wanted();
    (q.value(values), ...);
    return q;
}
[[nodiscard]] question script(std::string text);
[[nodiscard]] question begin(const std::shared_ptr<hawser::engine::lease>& on, bool read_only = false);
[[nodiscard]] question on_lease(const std::shared_ptr<hawser::engine::lease>& on, hawser::engine::verb what,
                                unsigned level = 0);
[[nodiscard]] question on_lease(const std::shared_ptr<hawser::engine::lease>& on, question q);

// Passes the gate, submits, waits; throws the failure.
[[nodiscard]] hawser::task<> send(engine_ptr to, hawser::engine::job_ptr j);
// Same from a thread that runs nothing else meanwhile.
void ask(const engine_ptr& to, const question& q);
// The failure of a job that must fail.
[[nodiscard]] std::exception_ptr failure_of(const engine_ptr& to, const question& q);
[[nodiscard]] hawser::error error_of(const engine_ptr& to, const question& q);
[[nodiscard]] hawser::errc kind_of(const std::exception_ptr& failure);
[[nodiscard]] hawser::error error_in(const std::exception_ptr& failure);
// First field of the first row.
[[nodiscard]] std::string answer(const engine_ptr& to, const question& q);
void close(const engine_ptr& e);

} // namespace support
