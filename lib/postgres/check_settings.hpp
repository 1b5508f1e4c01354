#pragma once
#include <hawser/postgres/settings.hpp>
#include <string_view>

namespace hawser::postgres {

// A folder of a unix socket.
[[nodiscard]] bool is_unix(const endpoint& e) noexcept;
// This machine by TCP: localhost, 127.x.y.z, ::1.
[[nodiscard]] bool is_loopback(std::string_view host) noexcept;

// "verify-full"
[[nodiscard]] std::string_view to_string(ssl_mode mode) noexcept;

// Whether a connection to it is made in the clear. TLS is not supported yet, so where it is false there is none.
[[nodiscard]] bool may_be_clear(const settings& s, const endpoint& e) noexcept;

// Throws unsupported for what the driver cannot do, above all TLS, and misuse for what makes no sense; by its name.
void check_settings(const settings& s);

} // namespace hawser::postgres
