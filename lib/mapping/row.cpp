#include <hawser/core/error.hpp>
#include <hawser/mapping/row.hpp>
#include <string>

namespace hawser::detail {

void throw_undecodable(std::string_view column, const field_view& field, std::string_view wanted) {
    error_info info;
    info.columns.emplace_back(column);
    const std::string what = field.is_null() ? "is NULL and the member is not optional"
                                             : "holds a value of type " + std::string(to_string(field.type)) +
                                                   " that does not fit the member (stored as " +
                                                   std::string(wanted) + ")";
    throw_error(errc::type_mismatch, "column " + std::string(column) + ' ' + what, std::move(info));
}

void throw_column_count(std::size_t got, std::size_t wanted) {
    throw_error(errc::type_mismatch,
                "columns of the result: " + std::to_string(got) + "; wanted: " + std::to_string(wanted));
}

void throw_no_column(std::string_view member) {
    throw_error(errc::type_mismatch, "the statement returns no column for the member " + std::string(member) +
                                         "; give the expression that name with `as`");
}

void throw_no_enumerator(std::string_view column) {
    error_info info;
    if (!column.empty()) info.columns.emplace_back(column);
    throw_error(errc::out_of_range,
                (column.empty() ? std::string("a value") : "column " + std::string(column)) +
                    " is no described enumerator of its type",
                std::move(info));
}

} // namespace hawser::detail
