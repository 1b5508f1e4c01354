#include "postgres/row_reader.hpp"
#include "pgwire/message/data_row.hpp"
#include "pgwire/network_order.hpp"
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

[[noreturn]] void throw_other_shape() {
    throw_error(errc::connection_lost, "the server sent a row of another shape than it had described");
}

const pgwire::column& reader_of(formats asked, const result_column& c) noexcept {
    if (asked == formats::text) return c.text;
    return !c.binary && asked == formats::by_type ? c.text : c.binary;
}

pgwire::value_list values_of(const step& s, std::string_view row) {
    pgwire::data_row read_row;
    if (!read(row, read_row) || read_row.values.size() != s.form->columns.size()) throw_other_shape();
    return read_row.values;
}

} // namespace

void row_reader::begin(step& s) {
    if (s.begun) return;
    s.begun = true;
    s.request->rows->begin(s.form->names);
}

void row_reader::throw_unread(const step& s, const result_column& c, std::string_view row) {
    static_cast<void>(values_of(s, row)); // a row without a shape has no values to complain about
    if (!reader_of(s.asked, c))
        throw_unreadable(errc::unsupported, s, c.name,
                         "has a type whose binary form is not known; select it as text: column::text");
    throw_unreadable(errc::type_mismatch, s, c.name, "holds what is no value of its type");
}

// Without pgwire::data_row, which goes through the values twice: this is what a row costs.
void row_reader::take(step& s, std::string_view row) {
    begin(s);
    if (made_.size() > 0) made_.clear();
    fields_.resize(s.form->columns.size());
    const char* at = row.data();
    const char* const end = at + row.size();
    if (row.size() < 2 || pgwire::load<std::uint16_t>(at) != fields_.size()) throw_other_shape();
    at += 2;
    field_view* field = fields_.data();
    const formats asked = s.asked;
    for (const result_column& c : s.form->columns) {
        if (end - at < 4) throw_other_shape();
        const auto length = pgwire::load<std::int32_t>(at);
        at += 4;
        if (length >= 0 && end - at >= length) {
            const pgwire::column& reader = reader_of(asked, c);
            if (!reader || !reader({at, static_cast<std::size_t>(length)}, made_, *field))
                throw_unread(s, c, row);
            at += length;
        } else if (length == -1) {
            *field = field_view::null();
        } else {
            throw_other_shape();
        }
        ++field;
    }
    if (at != end) throw_other_shape();
    if (!s.request->rows->row(fields_)) s.sated = true;
}

std::int64_t row_reader::integer_of(const step& s, std::string_view row) {
    made_.clear();
    for (const pgwire::column_value& v : values_of(s, row)) {
        if (v.null) break;
        field_view f;
        const result_column& c = s.form->columns.front();
        const pgwire::column& reader = reader_of(s.asked, c);
        if (!reader || !reader(v.bytes, made_, f)) throw_unread(s, c, row);
        return f.type == field_type::int64 || f.type == field_type::boolean ? f.integer : 0;
    }
    return 0;
}

} // namespace hawser::postgres
