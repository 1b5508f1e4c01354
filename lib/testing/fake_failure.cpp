#include <algorithm>
#include <hawser/testing/fake_failure.hpp>
#include <utility>

namespace hawser::detail {
namespace {

error_info info_of(const fake_site& at) {
    error_info info;
    info.statement_name = std::string(at.table->name) + "." + std::string(at.verb);
    info.table = at.table->name;
    info.row = at.row;
    return info;
}

std::string joined(const std::vector<std::string>& columns) {
    std::string text;
    for (const std::string& c : columns) text += (text.empty() ? "" : ", ") + c;
    return text;
}

// "trades_exchange_uq (exchange, exchange_id) in trades.insert, row 3"
[[noreturn]] void throw_constraint(errc kind, error_info info) {
    std::string text = info.constraint.empty() ? info.table : info.constraint;
    if (!info.columns.empty()) text += " (" + joined(info.columns) + ")";
    text += " in " + info.statement_name;
    if (info.row) text += ", row " + std::to_string(*info.row);
    throw_error(kind, text, std::move(info));
}

} // namespace

void throw_taken(const fake_site& at, std::span<const std::string_view> columns) {
    error_info info = info_of(at);
    info.columns.assign(columns.begin(), columns.end());
    for (const constraint_info& c : at.table->constraints) {
        const bool unique = c.kind == constraint_kind::primary_key || c.kind == constraint_kind::unique;
        if (!unique ||
            !std::is_permutation(c.columns.begin(), c.columns.end(), columns.begin(), columns.end()))
            continue;
        info.constraint = c.name;
        break;
    }
    throw_constraint(errc::unique_violation, std::move(info));
}

void throw_check_fails(const fake_site& at, std::string_view check) {
    error_info info = info_of(at);
    info.constraint = check;
    for (const constraint_info& c : at.table->constraints)
        if (c.kind == constraint_kind::check && c.name == check)
            info.columns.assign(c.columns.begin(), c.columns.end());
    throw_constraint(errc::check_violation, std::move(info));
}

void throw_null(const fake_site& at, std::string_view column) {
    error_info info = info_of(at);
    info.columns.emplace_back(column);
    throw_constraint(errc::not_null_violation, std::move(info));
}

void throw_not_found(const fake_site& at) {
    error_info info = info_of(at);
    const std::string text = "no row in " + info.statement_name;
    throw_error(errc::not_found, text, std::move(info));
}
void throw_too_many(const fake_site& at) {
    error_info info = info_of(at);
    const std::string text = "more than one row in " + info.statement_name;
    throw_error(errc::too_many_rows, text, std::move(info));
}

void throw_stale(const fake_site& at, bool exists) {
    error_info info = info_of(at);
    const std::string text = "the row was changed or erased since it was read in " + info.statement_name;
    throw stale_object(errc::stale_object, text, std::move(info), exists);
}
void throw_missed(const fake_site& at, bool exists) {
    error_info info = info_of(at);
    const std::string where = " in " + info.statement_name + ", row " + std::to_string(at.row.value_or(0));
    if (!exists) throw_error(errc::not_found, "no such row" + where, std::move(info));
    throw stale_object(errc::stale_object, "the row was changed since it was read" + where, std::move(info),
                       true);
}

void throw_with_row(const error& failure, std::size_t row) {
    error_info info = failure.info();
    info.row = row;
    throw_error(failure.kind(), failure.message() + ", row " + std::to_string(row), std::move(info));
}

std::exception_ptr told_where_to_resume(const std::exception_ptr& failure, std::string_view table,
                                        std::size_t done) {
    try {
        std::rethrow_exception(failure);
    } catch (const validation_error& e) {
        error_info info = e.info();
        info.resume_from = done;
        std::vector<violation> found(e.violations().begin(), e.violations().end());
        return std::make_exception_ptr(validation_error(table, std::move(found), std::move(info)));
    } catch (const error& e) {
        error_info info = e.info();
        info.resume_from = done;
        return make_error(e.kind(), e.message() + "; resume_from is " + std::to_string(done),
                          std::move(info));
    } catch (...) { return failure; }
}

void throw_beyond_end(const fake_site& at, std::size_t resume_from, std::size_t count) {
    throw_error(errc::misuse, "resume_from is " + std::to_string(resume_from) + " of " +
                                  std::to_string(count) + " rows in " + std::string(at.table->name) + "." +
                                  std::string(at.verb));
}

} // namespace hawser::detail
