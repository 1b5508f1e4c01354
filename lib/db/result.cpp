#include <algorithm>
#include <hawser/core/error.hpp>
#include <hawser/db/result.hpp>
#include <string>

namespace hawser {
namespace detail {

void result_rows::begin(std::span<const std::string_view> columns) {
    // A statement that is run again begins anew.
    names.assign(columns.begin(), columns.end());
    shared_names_.clear();
    for (const auto& name : names) shared_names_.push_back(std::make_shared<const std::string>(name));
    values.clear();
}

bool result_rows::row(std::span<const field_view> fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) values.emplace_back(fields[i], shared_names_[i]);
    return true;
}

} // namespace detail

namespace {

std::string counted(std::size_t n, const char* what) {
    return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

} // namespace

result::result() : rows_(std::make_shared<const detail::result_rows>()) {}

std::span<const std::string> result::column_names() const noexcept {
    return rows_->names;
}
std::size_t result::size() const noexcept {
    return rows_->names.empty() ? 0 : rows_->values.size() / rows_->names.size();
}

result::row result::operator[](std::size_t index) const {
    if (index >= size())
        throw_error(errc::out_of_range,
                    "row " + std::to_string(index) + " of a result of " + counted(size(), "row"));
    return {*rows_, rows_->values.data() + index * rows_->names.size()};
}

std::size_t result::row::size() const noexcept {
    return of_->names.size();
}
const value* result::row::end() const noexcept {
    return first_ + size();
}

const value& result::row::at(std::size_t column) const {
    if (column >= size())
        throw_error(errc::out_of_range,
                    "column " + std::to_string(column) + " of a result of " + counted(size(), "column"));
    return first_[column];
}

const value& result::row::operator[](std::string_view column) const {
    const auto at = std::find(of_->names.begin(), of_->names.end(), column);
    if (at == of_->names.end()) {
        error_info info;
        info.columns.emplace_back(column);
        throw_error(errc::undefined_object, "the result has no column " + std::string(column),
                    std::move(info));
    }
    return first_[at - of_->names.begin()];
}

} // namespace hawser
