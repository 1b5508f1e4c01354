#include "pgwire/message/close.hpp"

namespace hawser::pgwire {
namespace {

void write_close(output& out, char what, std::string_view name) {
    const std::size_t mark = open_message(out, client_message::close);
    out.byte(what);
    out.text(name);
    out.close(mark);
}

} // namespace

void write_close_statement(output& out, std::string_view name) {
    write_close(out, 'S', name);
}

void write_close_portal(output& out, std::string_view name) {
    write_close(out, 'P', name);
}

} // namespace hawser::pgwire
