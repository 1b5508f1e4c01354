#include <hawser/core/error.hpp>
#include <hawser/mapping/insert.hpp>
#include <string>

namespace hawser::detail {

void throw_key_out_of_range(std::string_view table, std::string_view column) {
    error_info info;
    info.table = table;
    info.columns.emplace_back(column);
    info.may_have_executed = true;
    throw_error(
        errc::out_of_range,
        std::string(table) + " (" + std::string(column) +
            "): the key that the engine made has no place in the member; the row is stored, since its table "
            "has no check of it",
        std::move(info));
}

} // namespace hawser::detail
