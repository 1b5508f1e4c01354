#pragma once
// What a server reports of itself and of its session: https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-ASYNC
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser::pgwire {

// The settings as ParameterStatus said them last. A dozen, of which the server chooses the names.
class reported_settings {
public:
    static constexpr std::size_t most_bytes = std::size_t{64} * 1024; // of all names and values

    // False, and nothing changed, where it would be more than that.
    [[nodiscard]] bool set(std::string_view name, std::string_view value);
    // Names are the same in either case. The view lives until the setting is set again.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return settings_.size(); }
    // "15.14 (Debian 15.14-0+deb12u1)" is 150014, "9.6.24" 90624, "16beta1" 160000. 0: not said, or in another form.
    [[nodiscard]] std::uint32_t server_version() const noexcept;

private:
    struct setting {
        std::string name;
        std::string value;
    };
    std::vector<setting> settings_;
    std::size_t bytes_ = 0;
};

// ASCII letters alone have two cases.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

} // namespace hawser::pgwire
