#include "pgwire/message/bind.hpp"

namespace hawser::pgwire {
namespace {

std::size_t begin(output& out, std::string_view portal, std::string_view statement,
                  std::span<const format> parameter_formats, std::size_t count) {
    const std::size_t mark = open_message(out, client_message::bind);
    out.text(portal);
    out.text(statement);
    write_formats(out, parameter_formats, count, "parameters");
    return mark;
}

} // namespace

void write_bind(output& out, std::string_view portal, std::string_view statement,
                std::span<const format> parameter_formats,
                std::span<const std::optional<std::string_view>> parameters,
                std::span<const format> result_formats) {
    const std::size_t mark = begin(out, portal, statement, parameter_formats, parameters.size());
    write_values(out, parameters, "parameters");
    finish_bind(out, mark, result_formats);
}

std::size_t begin_bind(output& out, std::string_view portal, std::string_view statement,
                       std::span<const format> parameter_formats, std::size_t count) {
    const std::size_t mark = begin(out, portal, statement, parameter_formats, count);
    write_count(out, count, "parameters");
    return mark;
}

void finish_bind(output& out, std::size_t mark, std::span<const format> result_formats) {
    write_formats(out, result_formats, "columns");
    out.close(mark);
}

} // namespace hawser::pgwire
