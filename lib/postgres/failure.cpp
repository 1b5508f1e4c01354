#include "postgres/failure.hpp"
#include "postgres/constraint.hpp"
#include "postgres/kind.hpp"
#include "postgres/server_words.hpp"
#include <hawser/core/error.hpp>
#include <string>
#include <utility>
#include <vector>

namespace hawser::postgres {
namespace {

error_info info_of(const failure_context& context) {
    error_info info;
    info.statement_name = context.name;
    info.sql = context.sql;
    info.statement_index = context.index;
    return info;
}

// The server counts characters from 1.
std::optional<std::size_t> byte_offset(std::string_view sql, std::uint32_t position) {
    if (position == 0) return {};
    std::uint32_t characters = 0;
    for (std::size_t i = 0; i < sql.size(); ++i)
        if ((static_cast<unsigned char>(sql[i]) & 0xc0) != 0x80 && ++characters == position) return i;
    return characters + 1 == position ? std::optional(sql.size()) : std::nullopt; // at the end of the text
}

bool is_of_constraint(std::string_view sqlstate) {
    return sqlstate.starts_with("23") && sqlstate != "23502";
}

// Gives the constraint where it is a declared one.
const constraint_info* describe_constraint(const pgwire::server_error& e, const table_info* described,
                                           error_info& info) {
    if (e.table.empty() && e.constraint.empty()) return nullptr;
    if (!e.table.empty()) info.table = table_name(e.schema, e.table, described);
    info.constraint = e.constraint;
    if (!e.column.empty()) info.columns = {std::string(e.column)};
    if (!is_of_constraint(e.sqlstate)) return nullptr;
    if (e.sqlstate == "23505" || e.sqlstate == "23P01") info.columns = key_columns(e.detail);
    if (described == nullptr || info.table != described->name) return nullptr;
    const constraint_info* const declared =
        declared_constraint(e.sqlstate, e.constraint, info.columns, *described);
    if (declared) {
        info.constraint = declared->name;
        info.columns.assign(declared->columns.begin(), declared->columns.end());
    }
    return declared;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& p : parts) text += (text.empty() ? "" : ", ") + p;
    return text;
}

std::string sentence(const std::string& words, const error_info& info) {
    std::string text;
    if (!info.constraint.empty()) {
        text = info.constraint;
        if (!info.columns.empty()) text += " (" + joined(info.columns) + ")";
    } else if (!info.columns.empty()) {
        text = info.table + " (" + joined(info.columns) + ")";
    } else {
        text = words;
    }
    if (!info.statement_name.empty()) text += " in " + info.statement_name;
    return text + " (postgres " + info.sqlstate + ")";
}

// Of 57014. Who did not ask for it is stopped by the server's own limit, or by an administrator; only the message tells,
// and that is translated.
errc kind_of_cancellation(const pgwire::server_error& e, const failure_context& context) {
    if (context.cancelled ? context.expired : e.message.find("statement timeout") != std::string_view::npos)
        return errc::statement_timeout;
    return errc::cancelled;
}

errc kind_here(const pgwire::server_error& e, const failure_context& context) {
    if (context.starting) return kind_of_start_up(e.sqlstate);
    if (e.fatal()) return errc::connection_lost;
    return e.sqlstate == "57014" ? kind_of_cancellation(e, context) : kind_of(e.sqlstate);
}

// Of settings that are sent at the start a value may be a secret: their class is 22.
bool tells_all(const pgwire::server_error& e, const failure_context& context) {
    return context.tell_all || (context.starting && !e.sqlstate.starts_with("22"));
}

std::string words_of(const pgwire::server_error& e, errc kind, const failure_context& context) {
    if (context.cancelled && e.sqlstate == "57014")
        return kind == errc::statement_timeout ? "the deadline passed while the statement ran"
                                               : "cancelled while it was running";
    if (!e.message.empty() && tells_all(e, context)) return std::string(e.message);
    return told(e, context.sql);
}

std::string_view reason(errc kind) {
    switch (kind) {
    case errc::stale_object: return "the row was changed or erased since it was read";
    case errc::precondition_failed: return "the expected condition does not hold";
    default: return "no such row";
    }
}

} // namespace

std::exception_ptr failure_of(const pgwire::server_error& e, const failure_context& context) {
    error_info info = info_of(context);
    info.sqlstate = e.sqlstate;
    info.position = byte_offset(context.sql, e.position);
    errc kind = kind_here(e, context);
    const constraint_info* const declared = describe_constraint(e, context.table, info);
    if (declared && declared->kind == constraint_kind::key_range && kind == errc::check_violation)
        kind = errc::out_of_range;
    std::string text = sentence(words_of(e, kind, context), info);
    if (context.row) {
        info.row = context.row;
        text += ", row " + std::to_string(*context.row);
    }
    if (info.columns.empty() && !context.column.empty()) {
        info.columns = {std::string(context.column)};
        text.append(", column ").append(context.column);
    }
    return make_error(kind, text, std::move(info));
}

bool is_unmet_expectation(const pgwire::server_error& e) noexcept {
    // 1/count(*) divides an int4 by an int8. Another division that a statement of the user's has in it is another routine.
    return e.sqlstate == "22012" && !e.fatal() && (e.routine.empty() || e.routine == "int48div");
}

std::exception_ptr unmet_expectation(errc kind, const failure_context& context,
                                     std::optional<bool> row_exists) {
    error_info info = info_of(context);
    if (context.table) info.table = context.table->name;
    std::string message = std::string(reason(kind)) + " in " + info.statement_name;
    if (context.row) {
        info.row = context.row;
        message += ", row " + std::to_string(*context.row);
    }
    if (kind != errc::stale_object) return make_error(kind, message, std::move(info));
    return std::make_exception_ptr(stale_object(kind, message, std::move(info), row_exists));
}

bool has_new_result_columns(const pgwire::server_error& e) noexcept {
    return e.sqlstate == "0A000" && e.routine == "RevalidateCachedQuery";
}

bool outdates_statement(const pgwire::server_error& e) noexcept {
    return is_no_statement(e) || is_name_taken(e) || has_new_result_columns(e);
}

bool is_no_statement(const pgwire::server_error& e) noexcept {
    return e.sqlstate == "26000";
}

bool is_name_taken(const pgwire::server_error& e) noexcept {
    return e.sqlstate == "42P05";
}

bool is_no_portal(const pgwire::server_error& e) noexcept {
    return e.sqlstate == "34000";
}

std::exception_ptr stream_over(const failure_context& context) {
    return make_error(
        errc::misuse,
        "the stream has ended before: a transaction of its session has ended, or its cursor was "
        "closed",
        info_of(context));
}

std::exception_ptr lost_answer(lost_work what, std::string_view cause, const failure_context& context) {
    error_info info = info_of(context);
    info.sqlstate = context.last_words;
    const bool unknown = what == lost_work::write || what == lost_work::commit;
    info.may_have_executed = unknown;
    std::string text(cause);
    switch (what) {
    case lost_work::unsent: text += " before all was sent: nothing was done"; break;
    case lost_work::read: text += " before the answer"; break;
    case lost_work::transaction: text += " inside the transaction, which the server rolls back"; break;
    case lost_work::write:
    case lost_work::commit: text += " before the answer: the work is stored whole or not at all"; break;
    }
    if (!info.statement_name.empty()) text += " in " + info.statement_name;
    return make_error(unknown ? errc::commit_unknown : errc::connection_lost, text, std::move(info));
}

} // namespace hawser::postgres
