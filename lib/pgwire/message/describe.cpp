#include "pgwire/message/describe.hpp"

namespace hawser::pgwire {
namespace {

void write_describe(output& out, char what, std::string_view name) {
    const std::size_t mark = open_message(out, client_message::describe);
    out.byte(what);
    out.text(name);
    out.close(mark);
}

} // namespace

void write_describe_statement(output& out, std::string_view name) {
    write_describe(out, 'S', name);
}

void write_describe_portal(output& out, std::string_view name) {
    write_describe(out, 'P', name);
}

} // namespace hawser::pgwire
