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

void row_reader::read_value(const step& s, const result_column& c, std::string_view bytes, field_view& out) {
    const pgwire::column& reader = reader_of(s, c);
    if (!reader)
        throw_unreadable(errc::unsupported, s, c.name,
                         "has a type whose binary form is not known; select it as text: column::text");
    if (!reader(bytes, made_, out))
        throw_unreadable(errc::type_mismatch, s, c.name, "holds what is no value of its type");
}

void row_reader::take(step& s, std::string_view row) {
    begin(s);
    const pgwire::value_list values = values_of(s, row);
    made_.clear();
    fields_.assign(values.size(), field_view::null());
    const result_column* column = s.form->columns.data();
    field_view* field = fields_.data();
    for (const pgwire::column_value& v : values) {
        if (!v.null) read_value(s, *column, v.bytes, *field);
        ++column;
        ++field;
    }
    if (!s.request->rows->row(fields_)) s.sated = true;
}

std::int64_t row_reader::integer_of(const step& s, std::string_view row) {
    made_.clear();
    for (const pgwire::column_value& v : values_of(s, row)) {
        if (v.null) break;
        field_view f;
        read_value(s, s.form->columns.front(), v.bytes, f);
        return f.type == field_type::int64 || f.type == field_type::boolean ? f.integer : 0;
    }
    return 0;
}

} // namespace hawser::postgres
