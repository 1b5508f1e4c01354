#pragma once
// Random values of all types in binary form, made by hand: no codec has a part in them.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <pgwire/types.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace support {

class random_values {
public:
    random_values(std::uint64_t seed, const hawser::pgwire::types& known) : chance_(seed), known_(known) {}
    // Of the values that a test makes; HAWSER_VALUES_SEED, as a failure tells it, makes the same ones again.
    [[nodiscard]] static std::uint64_t seed();
    // Of the values of one type: they are the same, whatever other types are tried.
    [[nodiscard]] static std::uint64_t seed_of(std::string_view type);
    // All enums have these labels.
    static const std::vector<std::string> labels;

    // Nullopt for a type that this has no values of.
    [[nodiscard]] std::optional<std::string> of(const hawser::pgwire::type_info& type);

    [[nodiscard]] std::int64_t between(std::int64_t least, std::int64_t most);
    [[nodiscard]] bool once_in(int n) { return between(1, n) == 1; }
    // Of any size, small ones as often as large ones, and the limits themselves.
    [[nodiscard]] std::int64_t number(std::int64_t least, std::int64_t most);
    [[nodiscard]] std::string bytes(std::size_t count);
    [[nodiscard]] std::string text(std::int64_t most_characters = 12);
    [[nodiscard]] std::string json(int depth);

private:
    [[nodiscard]] std::optional<std::string> of(hawser::pgwire::oid type);
    [[nodiscard]] std::optional<std::string> of_base(hawser::pgwire::oid type);
    [[nodiscard]] std::optional<std::string> array(hawser::pgwire::oid element);
    [[nodiscard]] std::optional<std::string> composite(const hawser::pgwire::type_info& type);
    [[nodiscard]] std::optional<std::string> range(hawser::pgwire::oid subtype);
    [[nodiscard]] std::optional<std::string> bound(hawser::pgwire::oid subtype);
    [[nodiscard]] std::optional<std::string> multirange(const hawser::pgwire::type_info& type);
    [[nodiscard]] std::string json_path();
    [[nodiscard]] std::string numeric();
    [[nodiscard]] std::string float4();
    [[nodiscard]] std::string float8();
    [[nodiscard]] std::string time();
    [[nodiscard]] std::string date();
    [[nodiscard]] std::string timestamp();
    [[nodiscard]] std::string interval();
    [[nodiscard]] std::string address(bool network);
    [[nodiscard]] std::string bits();
    [[nodiscard]] std::string vector(hawser::pgwire::oid element);

    std::mt19937_64 chance_;
    const hawser::pgwire::types& known_;
};

} // namespace support
