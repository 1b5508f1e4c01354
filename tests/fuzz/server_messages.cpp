// Every message of the server. The first byte is its type, the rest its body.
#include "target.hpp"
#include <pgwire/message/authentication.hpp>
#include <pgwire/message/backend_key_data.hpp>
#include <pgwire/message/bind_complete.hpp>
#include <pgwire/message/close_complete.hpp>
#include <pgwire/message/command_complete.hpp>
#include <pgwire/message/copy_both_response.hpp>
#include <pgwire/message/copy_data.hpp>
#include <pgwire/message/copy_done.hpp>
#include <pgwire/message/copy_in_response.hpp>
#include <pgwire/message/copy_out_response.hpp>
#include <pgwire/message/data_row.hpp>
#include <pgwire/message/empty_query_response.hpp>
#include <pgwire/message/error_response.hpp>
#include <pgwire/message/function_call_response.hpp>
#include <pgwire/message/negotiate_protocol_version.hpp>
#include <pgwire/message/no_data.hpp>
#include <pgwire/message/notice_response.hpp>
#include <pgwire/message/notification_response.hpp>
#include <pgwire/message/parameter_description.hpp>
#include <pgwire/message/parameter_status.hpp>
#include <pgwire/message/parse_complete.hpp>
#include <pgwire/message/portal_suspended.hpp>
#include <pgwire/message/ready_for_query.hpp>
#include <pgwire/message/row_description.hpp>

using namespace hawser::pgwire;
using fuzz::expect;
using fuzz::touch;

namespace {

template <class List>
void go_through(const List& list, auto&& look) {
    std::size_t n = 0;
    for (const auto& each : list) {
        look(each);
        ++n;
    }
    expect(n == list.size(), "a list has as many as it says");
}

void look_at(const auto&) {}
void look_at(const authentication& m) {
    touch(m.data);
    go_through(m.mechanisms, [](std::string_view name) {
        touch(name);
        expect(!name.empty(), "a mechanism has a name");
    });
}
void look_at(const backend_key_data& m) {
    touch(m.key);
}
void look_at(const command_complete& m) {
    touch(m.tag);
    if (m.what() == command::begin) expect(!m.rows(), "BEGIN counts no rows");
}
void look_at(const copy_formats& m) {
    go_through(m.columns, [&](format f) { expect(f <= m.whole, "text has columns of text"); });
}
void look_at(const copy_both_response& m) {
    look_at(static_cast<const copy_formats&>(m));
}
void look_at(const copy_in_response& m) {
    look_at(static_cast<const copy_formats&>(m));
}
void look_at(const copy_out_response& m) {
    look_at(static_cast<const copy_formats&>(m));
}
void look_at(const copy_data& m) {
    touch(m.data);
}
void look_at(const data_row& m) {
    go_through(m.values, [](const column_value& v) {
        touch(v.bytes);
        expect(!v.null || v.bytes.empty(), "NULL has no bytes");
    });
}
void look_at(const server_error& m) {
    for (const std::string_view text :
         {m.localized_severity, m.severity, m.sqlstate, m.message, m.detail, m.hint, m.internal_query,
          m.where, m.schema, m.table, m.column, m.data_type, m.constraint, m.file, m.routine})
        touch(text);
}
void look_at(const error_response& m) {
    look_at(static_cast<const server_error&>(m));
}
void look_at(const notice_response& m) {
    look_at(static_cast<const server_error&>(m));
}
void look_at(const function_call_response& m) {
    touch(m.bytes);
}
void look_at(const negotiate_protocol_version& m) {
    go_through(m.unknown_options, touch);
}
void look_at(const notification_response& m) {
    touch(m.channel);
    touch(m.payload);
}
void look_at(const parameter_description& m) {
    go_through(m.types, [](oid) {});
}
void look_at(const parameter_status& m) {
    touch(m.name);
    touch(m.value);
}
void look_at(const row_description& m) {
    go_through(m.fields, [](const field_description& f) { touch(f.name); });
}

template <class Message>
bool try_read(char type, std::string_view body) {
    if (type != static_cast<char>(Message::type)) return false;
    Message message{};
    if (read(body, message)) look_at(message);
    return true;
}

template <class... Messages>
void read_one_of(char type, std::string_view body) {
    static_cast<void>((try_read<Messages>(type, body) || ...));
}

} // namespace

void fuzz::run(std::string_view bytes) {
    if (bytes.empty()) return;
    read_one_of<authentication, backend_key_data, bind_complete, close_complete, command_complete,
                copy_both_response, copy_data, copy_done, copy_in_response, copy_out_response, data_row,
                empty_query_response, error_response, function_call_response, negotiate_protocol_version,
                no_data, notice_response, notification_response, parameter_description, parameter_status,
                parse_complete, portal_suspended, ready_for_query, row_description>(bytes[0],
                                                                                    bytes.substr(1));
}
