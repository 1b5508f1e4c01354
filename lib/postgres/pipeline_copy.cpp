// How a pipeline copies rows into a table: by binary COPY, in the types that the table has.
//
// The server is asked for these first, in the transaction that the rows come in: from there on it lets nobody change
// them. Rows are made only as the socket takes them.
#include "pgwire/codec/nested.hpp"
#include "pgwire/codec/parameter.hpp"
#include "pgwire/copy_rows.hpp"
#include "pgwire/message/bind.hpp"
#include "pgwire/message/copy_done.hpp"
#include "pgwire/message/describe.hpp"
#include "pgwire/message/execute.hpp"
#include "pgwire/message/parse.hpp"
#include "postgres/control.hpp"
#include "postgres/copied_table.hpp"
#include "postgres/pipeline.hpp"
#include <hawser/core/error.hpp>
#include <string>

namespace hawser::postgres {
namespace {

// Of one CopyData.
constexpr std::size_t bytes_of_piece = std::size_t{64} << 10;

[[noreturn]] void throw_not_copied(const flight& f, const result_column& c, const pgwire::types& known) {
    const statement& what = *f.feeding->what;
    const pgwire::type_info* const type = known.find(c.type);
    error_info info;
    info.statement_name = what.name();
    info.columns = {c.name};
    std::string table;
    if (what.table() != nullptr) table = info.table = what.table()->name;
    throw_error(errc::unsupported,
                "column " + c.name + " of " + table + " has the type " +
                    (type == nullptr ? std::to_string(c.type) : std::string(type->name)) +
                    ", whose binary form is not known, so that it is not for copy_in: use bulk_insert",
                std::move(info));
}

} // namespace

void pipeline::begin_copy(flight& f, engine::request& r) {
    f.feeding = &r;
    f.fed = 0;
    r.rows_affected = 0;
    r.inserted = 0;
    if (r.bulk->size() == 0) return send_sync(f);
    f.copying = copy_stage::asking;
    ask_types(f, columns_query(r.what->text(dialect::postgres)));
}

void pipeline::send_copy(flight& f) {
    for (const result_column& c : copied_.columns) {
        const pgwire::type_info* const type = copied_.types->find(c.type);
        copied_.own_types = copied_.own_types || pgwire::built_in(c.type) == nullptr;
        if (type == nullptr || !pgwire::has_binary_form(*type, *copied_.types))
            throw_not_copied(f, c, *copied_.types);
    }
    step& s = push(f);
    s.request = f.feeding;
    s.what = f.feeding->what;
    s.form = &copied_;
    statements_.hold(copied_);
    const std::string_view text = s.what->text(dialect::postgres);
    pgwire::write_parse(out_, {}, text, {});
    pgwire::write_describe_statement(out_, {});
    pgwire::finish_bind(out_, pgwire::begin_bind(out_, {}, {}, {}, 0), {});
    pgwire::write_execute(out_, {});
    s.turn = pgwire::extended_query({.prepare = true, .copies = true, .sync = false});
    const std::size_t mark = open_message(out_, pgwire::client_message::copy_data);
    pgwire::write_copy_header(out_);
    out_.close(mark);
    end_bytes(s, sync::no);
}

void pipeline::send_copied(flight& f) {
    const std::size_t all = f.feeding->bulk->size();
    const std::size_t mark = open_message(out_, pgwire::client_message::copy_data);
    while (f.fed < all && out_.size() - mark < bytes_of_piece) {
        write_copied_row(f);
        ++f.fed;
    }
    if (f.fed == all) pgwire::write_copy_trailer(out_);
    out_.close(mark);
    if (f.fed == all) pgwire::write_copy_done(out_);
}

void pipeline::write_copied_row(const flight& f) {
    const row_source& from = *f.feeding->bulk;
    const std::size_t columns = copied_.columns.size();
    const auto named = [&](const error& e, const std::string& column) {
        error_info info = e.info();
        info.statement_name = context_of(f, f.feeding).name;
        info.row = from.position(f.fed);
        if (!column.empty()) info.columns = {column};
        const std::string place = (column.empty() ? "" : column + " in ") + info.statement_name + ", row " +
                                  std::to_string(*info.row);
        throw_error(e.kind(), e.message() + ": " + place, std::move(info));
    };
    row_values_.clear();
    try {
        from.encode(f.fed, row_values_);
    } catch (const error& e) { named(e, {}); }
    if (row_values_.size() != columns)
        throw_error(errc::misuse, "row " + std::to_string(from.position(f.fed)) +
                                      " has another number of values than its statement");
    out_.integer(static_cast<std::int16_t>(columns));
    for (std::size_t c = 0; c < columns; ++c) {
        const result_column& column = copied_.columns[c];
        try {
            pgwire::encode_parameter(out_, row_values_.slice(c, 1)[0], column.type, *copied_.types);
        } catch (const error& e) { named(e, column.name); }
    }
}

} // namespace hawser::postgres
