#include "postgres/kind.hpp"
#include <hawser/core/sqlstate.hpp>
#include <optional>

namespace hawser::postgres {
namespace {

constexpr std::uint32_t code(sqlstate s) noexcept {
    return s.number();
}

// A class of codes: all that are not told apart below.
constexpr std::uint32_t class_number(std::string_view two) noexcept {
    const char text[] = {two[0], two[1], '0', '0', '0'};
    const auto whole = sqlstate::parse({text, sizeof text});
    return whole ? whole->number() : 0;
}
constexpr std::uint32_t of_class(const char (&two)[3]) noexcept {
    return class_number({two, 2});
}

errc kind_of_class(std::string_view two) noexcept {
    switch (class_number(two)) {
    case of_class("00"):
    case of_class("01"):
    case of_class("02"): return errc::misuse; // no errors
    case of_class("03"): return errc::syntax_error;
    case of_class("08"): return errc::connection_lost;
    case of_class("09"): return errc::check_violation;
    case of_class("0A"): return errc::unsupported;
    case of_class("21"): return errc::too_many_rows;
    case of_class("22"): return errc::type_mismatch;
    case of_class("23"): return errc::check_violation;
    case of_class("26"):
    case of_class("34"):
    case of_class("3D"):
    case of_class("3F"): return errc::undefined_object;
    case of_class("28"): return errc::permission_denied;
    case of_class("40"): return errc::serialization_failure;
    case of_class("42"): return errc::syntax_error;
    case of_class("44"): return errc::check_violation;
    case of_class("53"): return errc::connection_lost; // what memory that runs out is on SQLite
    case of_class("54"): return errc::out_of_range;
    case of_class("57"):
    case of_class("58"): return errc::connection_lost;
    case of_class("72"): return errc::serialization_failure; // a younger snapshot will do
    case of_class("0B"):
    case of_class("0F"):
    case of_class("0L"):
    case of_class("0P"):
    case of_class("0Z"):
    case of_class("20"):
    case of_class("24"):
    case of_class("25"):
    case of_class("27"):
    case of_class("2B"):
    case of_class("2D"):
    case of_class("2F"):
    case of_class("38"):
    case of_class("39"):
    case of_class("3B"):
    case of_class("55"):
    case of_class("F0"):
    case of_class("HV"):
    case of_class("P0"):
    case of_class("XX"): return errc::misuse;
    default: return errc::check_violation;
    }
}

// Where a code's kind is another than its class's.
std::optional<errc> kind_of_code(std::uint32_t number) noexcept {
    switch (number) {
    case code("08001"):
    case code("08004"):
    case code("57P03"):
    case code("HV00N"): return errc::connect_failed;
    case code("08007"):
    case code("40003"): return errc::commit_unknown;
    case code("08P01"): return errc::misuse; // of a statement: values that do not fit its placeholders
    case code("0P000"):
    case code("3B001"):
    case code("58P01"):
    case code("HV005"):
    case code("HV00J"):
    case code("HV00P"):
    case code("HV00Q"):
    case code("HV00R"): return errc::undefined_object;

    case code("22001"): // too long
    case code("22003"):
    case code("22008"):
    case code("22009"):
    case code("22011"):
    case code("22012"): // division by zero
    case code("22013"):
    case code("22014"):
    case code("22015"):
    case code("22016"):
    case code("22022"):
    case code("22023"):
    case code("22026"):
    case code("2200H"): // a sequence is at its end
    case code("2201E"):
    case code("2201F"):
    case code("2201G"):
    case code("2201W"):
    case code("2201X"):
    case code("2202E"):
    case code("2202G"):
    case code("2202H"):
    case code("2203D"):
    case code("2203E"):
    case code("22P01"): return errc::out_of_range;

    case code("23001"):
    case code("23503"): return errc::foreign_key_violation;
    case code("23502"): return errc::not_null_violation;
    case code("23505"): return errc::unique_violation;
    case code("23P01"): return errc::exclusion_violation;
    case code("25006"): return errc::read_only;
    case code("25P03"): return errc::connection_lost; // idle in a transaction for too long
    case code("40002"): return errc::check_violation;
    case code("40P01"): return errc::deadlock;

    case code("42501"): return errc::permission_denied;
    case code("42703"):
    case code("42704"):
    case code("42883"):
    case code("42P01"):
    case code("42P02"): return errc::undefined_object;
    case code("42804"):
    case code("42846"):
    case code("42P18"): return errc::type_mismatch;

    case code("53100"):
    case code("53400"): return errc::disk_full; // a quota
    case code("53300"): return errc::pool_exhausted;
    case code("55006"): return errc::busy;
    case code("55P03"): return errc::lock_timeout;
    case code("57000"):
    case code("57014"): return errc::cancelled;
    case code("58P02"): return errc::misuse;

    case code("HV001"): return errc::connection_lost; // memory
    case code("HV004"):
    case code("HV006"):
    case code("HV00A"):
    case code("HV021"):
    case code("HV024"): return errc::type_mismatch;
    case code("HV014"):
    case code("HV090"): return errc::out_of_range;

    case code("P0001"): // raised by a function or a trigger
    case code("P0004"): return errc::check_violation;
    case code("P0002"): return errc::not_found;
    case code("P0003"): return errc::too_many_rows;
    case code("XX001"):
    case code("XX002"): return errc::corrupt;
    default: return std::nullopt;
    }
}

} // namespace

errc kind_of(std::string_view text) noexcept {
    const auto parsed = sqlstate::parse(text);
    if (!parsed) return errc::misuse;
    if (const auto known = kind_of_code(parsed->number())) return *known;
    return kind_of_class(parsed->class_of());
}

errc kind_of_start_up(std::string_view text) noexcept {
    switch (const errc kind = kind_of(text)) {
    case errc::permission_denied:
    case errc::pool_exhausted:
    case errc::unsupported:
    case errc::disk_full:
    case errc::corrupt: return kind;
    default: return errc::connect_failed;
    }
}

} // namespace hawser::postgres
