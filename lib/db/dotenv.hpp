#pragma once
// The text of a .env file.
#include <string>
#include <string_view>
#include <vector>

namespace hawser::detail {

struct dotenv_entry {
    std::string name;
    std::string value;
    std::size_t line; // from 1
};

// Lines KEY=VALUE, with "export " before it if you like; blank lines and lines that begin with # are passed over.
// A value is as it stands without blanks around it, and ends at a # that has a blank before it; or stands in single
// quotes, as it is; or in double quotes, where \n \r \t \\ \" \$ have a meaning. Quoted values may span lines.
// Nothing is expanded. LF, CR LF and a byte order mark are understood. Of a key that is given twice the last counts.
// Throws misuse ".env:<line>: .." without any of the text.
[[nodiscard]] std::vector<dotenv_entry> parse_dotenv(std::string_view text);

} // namespace hawser::detail
