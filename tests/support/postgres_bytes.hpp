#pragma once
// PostgreSQL's messages as bytes, made for tests by hand: what a server says, and what a client does.
// https://www.postgresql.org/docs/15/protocol-message-formats.html
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support::pg {

using names = std::vector<std::string>;
using settings = std::vector<std::pair<std::string, std::string>>;
using values = std::vector<std::optional<std::string>>; // none: NULL
using numbers = std::vector<std::uint32_t>;
using formats = std::vector<std::int16_t>; // 0 text, 1 binary

// Any: type 0 has none.
[[nodiscard]] std::string message(char type, std::string_view body = {});

// --- what a server says ---

[[nodiscard]] std::string authentication(std::int32_t kind, std::string_view rest = {});
[[nodiscard]] std::string authentication_ok();
[[nodiscard]] std::string authentication_cleartext();
[[nodiscard]] std::string authentication_md5(std::string_view salt); // four bytes
[[nodiscard]] std::string authentication_sasl(const names& mechanisms);
[[nodiscard]] std::string authentication_sasl_continue(std::string_view text);
[[nodiscard]] std::string authentication_sasl_final(std::string_view text);
[[nodiscard]] std::string parameter_status(std::string_view name, std::string_view value);
// Those that a server of version 15 reports, as they are for tests.
[[nodiscard]] std::string usual_parameters();
[[nodiscard]] std::string backend_key(std::int32_t process, std::int32_t secret);
[[nodiscard]] std::string ready(char status = 'I');
// authentication_ok() to ready(): all that follows a start-up that nobody asks a password for.
[[nodiscard]] std::string welcome(std::int32_t process = 4711, std::int32_t secret = 1234);

struct column {
    std::string name;
    std::uint32_t type = 25; // text
    std::int16_t format = 1;
    std::uint32_t table = 0;
    std::int16_t number = 0;
    std::int16_t size = -1;
    std::int32_t modifier = -1;
};
[[nodiscard]] std::string row_description(const std::vector<column>& columns);
[[nodiscard]] std::string parameter_description(const numbers& types);
[[nodiscard]] std::string data_row(const values& fields);
[[nodiscard]] std::string command_complete(std::string_view tag);
[[nodiscard]] std::string parse_complete();
[[nodiscard]] std::string bind_complete();
[[nodiscard]] std::string close_complete();
[[nodiscard]] std::string no_data();
[[nodiscard]] std::string empty_query();
[[nodiscard]] std::string portal_suspended();
// Fields by their letters: https://www.postgresql.org/docs/15/protocol-error-fields.html
[[nodiscard]] std::string error(const std::vector<std::pair<char, std::string>>& fields);
[[nodiscard]] std::string error(std::string_view sqlstate, std::string_view text,
                                std::string_view severity = "ERROR");
[[nodiscard]] std::string notice(std::string_view sqlstate, std::string_view text,
                                 std::string_view severity = "NOTICE");
[[nodiscard]] std::string notification(std::int32_t process, std::string_view channel,
                                       std::string_view payload);
[[nodiscard]] std::string copy_in_response(const formats& columns, std::int8_t whole = 1);
[[nodiscard]] std::string copy_out_response(const formats& columns, std::int8_t whole = 1);

// --- what a client says ---

[[nodiscard]] std::string startup(const settings& parameters);
[[nodiscard]] std::string ssl_request();
[[nodiscard]] std::string cancel_request(std::int32_t process, std::int32_t secret);
[[nodiscard]] std::string password(std::string_view text);
[[nodiscard]] std::string sasl_initial(std::string_view mechanism, std::string_view text);
[[nodiscard]] std::string sasl_response(std::string_view text);
[[nodiscard]] std::string query(std::string_view sql);
[[nodiscard]] std::string parse(std::string_view name, std::string_view sql, const numbers& types = {});
// Without formats all is text; with one it is that of all.
[[nodiscard]] std::string bind(std::string_view portal, std::string_view statement, const values& parameters,
                               const formats& of = {1}, const formats& results = {1});
[[nodiscard]] std::string describe(char kind, std::string_view name);
[[nodiscard]] std::string execute(std::string_view portal = {}, std::int32_t rows = 0);
[[nodiscard]] std::string close(char kind, std::string_view name);
[[nodiscard]] std::string sync();
[[nodiscard]] std::string flush();
[[nodiscard]] std::string terminate();
[[nodiscard]] std::string copy_fail(std::string_view why);

// --- both ---

[[nodiscard]] std::string copy_data(std::string_view bytes);
[[nodiscard]] std::string copy_done();

// Values in binary form.
[[nodiscard]] std::string int2(std::int16_t v);
[[nodiscard]] std::string int4(std::int32_t v);
[[nodiscard]] std::string int8(std::int64_t v);

// Bytes as people read them, of a difference: 16 a line, with what is printable beside.
[[nodiscard]] std::string hex(std::string_view bytes);

} // namespace support::pg
