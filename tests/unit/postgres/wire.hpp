#pragma once
// Statements, and what a server answers to them, for tests of a pipeline without a socket.
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include "talk.hpp"
#include <hawser/core/error.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

using support::question;
using support::talk;
namespace pg = support::pg;

inline constexpr std::uint32_t int8 = 20;
inline constexpr std::uint32_t text = 25;

inline std::string kind_of(const std::exception_ptr& failure) {
    if (!failure) return "none";
    return std::string(hawser::to_string(support::kind_of(failure)));
}

inline std::string described(const pg::numbers& parameters, const std::vector<pg::column>& columns) {
    return pg::parse_complete() + pg::parameter_description(parameters) +
           (columns.empty() ? pg::no_data() : pg::row_description(columns));
}
inline std::string number_row(std::int64_t v) {
    return pg::data_row({pg::int8(v)});
}

// One text with one identity, as the library's own statements are.
struct known_statement {
    explicit known_statement(std::string_view sql, bool reads = false)
        : what({.name = "known",
                .sqlite = {},
                .postgres = sql,
                .parameters = 1,
                .read_only = reads,
                .table = &table}) {}
    static constexpr hawser::table_info table{.name = "t", .constraints = {}};
    const hawser::statement what;

    [[nodiscard]] question with(std::int64_t v) const {
        question q(what.read_only() ? hawser::engine::batch_mode::read : hawser::engine::batch_mode::atomic);
        auto& r = q.job->batch.requests.emplace_back();
        r.what = &what;
        return q.value(v);
    }
};

// An update of the row 7, which is stale where there is none; the probe then tells whether that is there at all.
inline question checked_update(const known_statement& probe) {
    question q = support::write(
        "with u as (update t set v = 1 where id = $1 returning 1) select 1/count(*) from u", 7);
    q.last().when_no_row = hawser::errc::stale_object;
    q.last().probe = &probe.what;
    q.last().probe_first = 0;
    q.last().probe_count = 1;
    return q;
}
// The server's answer where it is stale.
inline std::string no_row_updated() {
    return pg::parse_complete() + pg::parameter_description({int8}) +
           pg::row_description({{"?column?", int8}}) + pg::bind_complete() +
           pg::error("22012", "division by zero") + pg::ready();
}

// Answers of whole statements.
inline std::string done(std::string_view tag, char status = 'I') {
    return pg::bind_complete() + pg::command_complete(tag) + pg::ready(status);
}
inline std::string first_done(std::string_view tag, char status = 'I', const pg::numbers& parameters = {}) {
    return described(parameters, {}) + done(tag, status);
}

} // namespace wire
