#pragma once
// .pgpass: https://www.postgresql.org/docs/15/libpq-pgpass.html
#include <hawser/core/secret.hpp>
#include <string>
#include <string_view>

namespace hawser::detail {

struct found_password {
    secret password{};
    std::string from{}; // "/home/trader/.pgpass:3", or why there is none; never a secret
};

// Who wants in, and where.
struct login {
    std::string host; // a folder of a unix socket, or the name
    std::string port;
    std::string database;
    std::string user;
};

// The password of the first line that fits, which is "host:port:database:user:password"; '*' fits all, a ':' or '\' in a
// field has a '\' before it, and a line that begins with '#' is passed over. `line`: of the one that fits, from 1.
[[nodiscard]] secret password_in(std::string_view text, const login& who, std::size_t& line);

// From a file. As with libpq it is passed over where it is not there, no plain file, or others than its owner may use it.
// The host of the usual unix socket is "localhost".
[[nodiscard]] found_password password_from_file(const std::string& path, const login& who);

} // namespace hawser::detail
