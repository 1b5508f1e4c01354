#include "pgwire/server_error.hpp"
#include "pgwire/input.hpp"
#include <charconv>
#include <system_error>

namespace hawser::pgwire {
namespace {

std::uint32_t number(std::string_view digits) {
    std::uint32_t n = 0;
    const char* const begin = digits.data();
    const char* const end = begin + digits.size();
    const auto [stopped, failed] = std::from_chars(begin, end, n);
    return failed == std::errc{} && stopped == end ? n : 0;
}

void set(server_error& to, char field, std::string_view value) {
    switch (field) {
    case 'S': to.localized_severity = value; break;
    case 'V': to.severity = value; break;
    case 'C': to.sqlstate = value; break;
    case 'M': to.message = value; break;
    case 'D': to.detail = value; break;
    case 'H': to.hint = value; break;
    case 'P': to.position = number(value); break;
    case 'p': to.internal_position = number(value); break;
    case 'q': to.internal_query = value; break;
    case 'W': to.where = value; break;
    case 's': to.schema = value; break;
    case 't': to.table = value; break;
    case 'c': to.column = value; break;
    case 'd': to.data_type = value; break;
    case 'n': to.constraint = value; break;
    case 'F': to.file = value; break;
    case 'L': to.line = number(value); break;
    case 'R': to.routine = value; break;
    default: break;
    }
}

} // namespace

bool server_error::fatal() const noexcept {
    const std::string_view known =
        severity.empty() ? localized_severity : severity; // before 9.6 there is but one
    return known == "FATAL" || known == "PANIC";
}

bool read(std::string_view body, server_error& to) noexcept {
    to = {};
    input in(body);
    while (const char field = in.byte()) set(to, field, in.text());
    return in.finished();
}

} // namespace hawser::pgwire
