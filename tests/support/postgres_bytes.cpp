#include "support/postgres_bytes.hpp"
#include <algorithm>
#include <cstdio>
#include <pgwire/output.hpp>

namespace support::pg {
namespace {

using hawser::pgwire::output;

template <class Fill>
std::string bytes_of(Fill fill) {
    output out;
    fill(out);
    return std::string(out.view());
}

template <class Fill>
std::string built(char type, Fill fill) {
    return message(type, bytes_of(fill));
}

void number16(output& out, std::size_t n) {
    out.integer(static_cast<std::int16_t>(n));
}

void value(output& out, const std::optional<std::string>& v) {
    if (!v) {
        out.integer(std::int32_t{-1});
        return;
    }
    out.integer(static_cast<std::int32_t>(v->size()));
    out.bytes(*v);
}

void all(output& out, const formats& of) {
    number16(out, of.size());
    for (const std::int16_t f : of) out.integer(f);
}

std::string said(char type, std::string_view sqlstate, std::string_view text, std::string_view severity) {
    return built(type, [&](output& out) {
        for (const auto& [letter, field] : {std::pair{'S', severity}, std::pair{'V', severity},
                                            std::pair{'C', sqlstate}, std::pair{'M', text}}) {
            out.byte(letter);
            out.text(field);
        }
        out.byte('\0');
    });
}

std::string copy_response(char type, const formats& columns, std::int8_t whole) {
    return built(type, [&](output& out) {
        out.integer(whole);
        all(out, columns);
    });
}

} // namespace

std::string message(char type, std::string_view body) {
    return bytes_of([&](output& out) {
        const std::size_t mark = type == '\0' ? out.open() : out.open(type);
        out.bytes(body);
        out.close(mark);
    });
}

std::string authentication(std::int32_t kind, std::string_view rest) {
    return built('R', [&](output& out) {
        out.integer(kind);
        out.bytes(rest);
    });
}
std::string authentication_ok() {
    return authentication(0);
}
std::string authentication_cleartext() {
    return authentication(3);
}
std::string authentication_md5(std::string_view salt) {
    return authentication(5, salt);
}
std::string authentication_sasl(const names& mechanisms) {
    return authentication(10, bytes_of([&](output& out) {
                              for (const std::string& m : mechanisms) out.text(m);
                              out.byte('\0');
                          }));
}
std::string authentication_sasl_continue(std::string_view text) {
    return authentication(11, text);
}
std::string authentication_sasl_final(std::string_view text) {
    return authentication(12, text);
}

std::string parameter_status(std::string_view name, std::string_view value) {
    return built('S', [&](output& out) {
        out.text(name);
        out.text(value);
    });
}

std::string usual_parameters() {
    std::string bytes;
    for (const auto& [name, value] : settings{{"application_name", ""},
                                              {"client_encoding", "UTF8"},
                                              {"DateStyle", "ISO, MDY"},
                                              {"default_transaction_read_only", "off"},
                                              {"in_hot_standby", "off"},
                                              {"integer_datetimes", "on"},
                                              {"IntervalStyle", "postgres"},
                                              {"is_superuser", "off"},
                                              {"server_encoding", "UTF8"},
                                              {"server_version", "15.0"},
                                              {"session_authorization", "hawser"},
                                              {"standard_conforming_strings", "on"},
                                              {"TimeZone", "UTC"}})
        bytes += parameter_status(name, value);
    return bytes;
}

std::string backend_key(std::int32_t process, std::int32_t secret) {
    return message('K', int4(process) + int4(secret));
}
std::string ready(char status) {
    return message('Z', std::string_view(&status, 1));
}
std::string welcome(std::int32_t process, std::int32_t secret) {
    return authentication_ok() + usual_parameters() + backend_key(process, secret) + ready();
}

std::string row_description(const std::vector<column>& columns) {
    return built('T', [&](output& out) {
        number16(out, columns.size());
        for (const column& c : columns) {
            out.text(c.name);
            out.integer(c.table);
            out.integer(c.number);
            out.integer(c.type);
            out.integer(c.size);
            out.integer(c.modifier);
            out.integer(c.format);
        }
    });
}

std::string parameter_description(const numbers& types) {
    return built('t', [&](output& out) {
        number16(out, types.size());
        for (const std::uint32_t type : types) out.integer(type);
    });
}

std::string data_row(const values& fields) {
    return built('D', [&](output& out) {
        number16(out, fields.size());
        for (const auto& f : fields) value(out, f);
    });
}

std::string command_complete(std::string_view tag) {
    return built('C', [&](output& out) { out.text(tag); });
}
std::string parse_complete() {
    return message('1');
}
std::string bind_complete() {
    return message('2');
}
std::string close_complete() {
    return message('3');
}
std::string no_data() {
    return message('n');
}
std::string empty_query() {
    return message('I');
}
std::string portal_suspended() {
    return message('s');
}

std::string error(const std::vector<std::pair<char, std::string>>& fields) {
    return built('E', [&](output& out) {
        for (const auto& [letter, text] : fields) {
            out.byte(letter);
            out.text(text);
        }
        out.byte('\0');
    });
}
std::string error(std::string_view sqlstate, std::string_view text, std::string_view severity) {
    return said('E', sqlstate, text, severity);
}
std::string notice(std::string_view sqlstate, std::string_view text, std::string_view severity) {
    return said('N', sqlstate, text, severity);
}

std::string notification(std::int32_t process, std::string_view channel, std::string_view payload) {
    return built('A', [&](output& out) {
        out.integer(process);
        out.text(channel);
        out.text(payload);
    });
}
std::string copy_in_response(const formats& columns, std::int8_t whole) {
    return copy_response('G', columns, whole);
}
std::string copy_out_response(const formats& columns, std::int8_t whole) {
    return copy_response('H', columns, whole);
}

std::string startup(const settings& parameters) {
    return built('\0', [&](output& out) {
        out.integer(std::int32_t{196608}); // 3.0
        for (const auto& [name, value] : parameters) {
            out.text(name);
            out.text(value);
        }
        out.byte('\0');
    });
}
std::string ssl_request() {
    return message('\0', int4(80877103));
}
std::string cancel_request(std::int32_t process, std::int32_t secret) {
    return message('\0', int4(80877102) + int4(process) + int4(secret));
}
std::string password(std::string_view text) {
    return built('p', [&](output& out) { out.text(text); });
}
std::string sasl_initial(std::string_view mechanism, std::string_view text) {
    return built('p', [&](output& out) {
        out.text(mechanism);
        out.integer(static_cast<std::int32_t>(text.size()));
        out.bytes(text);
    });
}
std::string sasl_response(std::string_view text) {
    return message('p', text);
}
std::string query(std::string_view sql) {
    return built('Q', [&](output& out) { out.text(sql); });
}

std::string parse(std::string_view name, std::string_view sql, const numbers& types) {
    return built('P', [&](output& out) {
        out.text(name);
        out.text(sql);
        number16(out, types.size());
        for (const std::uint32_t type : types) out.integer(type);
    });
}

std::string bind(std::string_view portal, std::string_view statement, const values& parameters,
                 const formats& of, const formats& results) {
    return built('B', [&](output& out) {
        out.text(portal);
        out.text(statement);
        all(out, of);
        number16(out, parameters.size());
        for (const auto& v : parameters) value(out, v);
        all(out, results);
    });
}

std::string describe(char kind, std::string_view name) {
    return built('D', [&](output& out) {
        out.byte(kind);
        out.text(name);
    });
}
std::string execute(std::string_view portal, std::int32_t rows) {
    return built('E', [&](output& out) {
        out.text(portal);
        out.integer(rows);
    });
}
std::string close(char kind, std::string_view name) {
    return built('C', [&](output& out) {
        out.byte(kind);
        out.text(name);
    });
}
std::string sync() {
    return message('S');
}
std::string flush() {
    return message('H');
}
std::string terminate() {
    return message('X');
}
std::string copy_fail(std::string_view why) {
    return built('f', [&](output& out) { out.text(why); });
}

std::string copy_data(std::string_view bytes) {
    return message('d', bytes);
}
std::string copy_done() {
    return message('c');
}

std::string int2(std::int16_t v) {
    return bytes_of([&](output& out) { out.integer(v); });
}
std::string int4(std::int32_t v) {
    return bytes_of([&](output& out) { out.integer(v); });
}
std::string int8(std::int64_t v) {
    return bytes_of([&](output& out) { out.integer(v); });
}

std::string hex(std::string_view bytes) {
    constexpr std::size_t a_line = 16;
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += a_line) {
        const std::string_view line = bytes.substr(at, a_line);
        std::string seen, codes;
        for (const char c : line) {
            char code[4];
            std::snprintf(code, sizeof code, "%02x ", static_cast<unsigned>(static_cast<unsigned char>(c)));
            codes += code;
            seen += c >= ' ' && c <= '~' ? c : '.';
        }
        codes.resize(a_line * 3, ' ');
        text += "    " + codes + ' ' + seen + '\n';
    }
    return text;
}

} // namespace support::pg
