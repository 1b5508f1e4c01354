#include <hawser/core/error.hpp>
#include <hawser/mapping/value_as.hpp>
#include <string>

namespace hawser::detail {

void throw_not_as(const value& v, std::string_view wanted, bool out_of_range) {
    error_info info;
    std::string what = "the value";
    if (!v.column().empty()) {
        info.columns.emplace_back(v.column());
        what = "column " + std::string(v.column());
    }
    if (out_of_range)
        throw_error(errc::out_of_range, what + " holds an integer that the wanted type cannot hold",
                    std::move(info));
    if (v.is_null())
        throw_error(errc::type_mismatch, what + " is NULL; ask for a std::optional", std::move(info));
    throw_error(errc::type_mismatch,
                what + " holds " + std::string(to_string(v.type())) + ", not what is stored as " +
                    std::string(wanted),
                std::move(info));
}

} // namespace hawser::detail
