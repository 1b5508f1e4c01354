#include "postgres/row_reader.hpp"
#include "pgwire/message/data_row.hpp"
#include <hawser/core/error.hpp>
#include <string>

namespace hawser::postgres {
namespace {

[[noreturn]] void throw_unreadable(errc kind, const step& s, const std::string& column, const char* why) {
    error_info info;
    info.statement_name = s.what->name();
    info.sql = s.what->text(dialect::postgres);
    throw_error(kind, "column " + column + " " + why, std::move(info));
}

const pgwire::column& reader_of(const step& s, const result_column& c) noexcept {
    switch (s.asked) {
    case formats::text: return c.text;
    case formats::binary: return c.binary;
    case formats::by_type: break;
    }
    return c.binary ? c.binary : c.text;
}

pgwire::value_list values_of(const step& s, std::string_view row) {
    pgwire::data_row read_row;
    if (!read(row, read_row) || read_row.values.size() != s.form->columns.size())
        throw_error(errc::connection_lost, "the server sent a row of another shape than it had described");
    return read_row.values;
}

} // namespace

void row_reader::begin(step& s) {
    if (s.begun) return;
    s.begun = true;
    s.request->rows->begin(s.form->names);
}

field_view row_reader::value_of(const step& s, std::size_t column, std::string_view bytes) {
    const result_column& c = s.form->columns[column];
    const pgwire::column& reader = reader_of(s, c);
    if (!reader)
        throw_unreadable(errc::unsupported, s, c.name,
                         "has a type whose binary form is not known; select it as text: column::text");
    field_view out;
    if (!reader(bytes, made_, out))
        throw_unreadable(errc::type_mismatch, s, c.name, "holds what is no value of its type");
    return out;
}

void row_reader::take(step& s, std::string_view row) {
    begin(s);
    const pgwire::value_list values = values_of(s, row);
    made_.clear();
    fields_.clear();
    std::size_t at = 0;
    for (const pgwire::column_value& v : values) {
        fields_.push_back(v.null ? field_view::null() : value_of(s, at, v.bytes));
        ++at;
    }
    if (!s.request->rows->row(fields_)) s.sated = true;
}

std::int64_t row_reader::integer_of(const step& s, std::string_view row) {
    made_.clear();
    for (const pgwire::column_value& v : values_of(s, row)) {
        if (v.null) break;
        const field_view f = value_of(s, 0, v.bytes);
        return f.type == field_type::int64 || f.type == field_type::boolean ? f.integer : 0;
    }
    return 0;
}

} // namespace hawser::postgres
