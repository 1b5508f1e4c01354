#include "postgres/kind.hpp"
#include "support/page_part.hpp"
#include <map>
#include <string>

using hawser::errc;
using hawser::postgres::kind_of;
using hawser::postgres::kind_of_start_up;

namespace {

struct condition {
    const char* code;
    const char* name;
};
constexpr condition conditions[] = {
#include "core/tables/sqlstates.inc"
};

// Every code of PostgreSQL 15; docs/errors.md shows them.
const std::map<errc, std::string> codes_of{
    {errc::busy, "55006"},
    {errc::cancelled, "57000 57014"},
    {errc::check_violation, "09000 23000 23514 40002 44000 P0001 P0004"},
    {errc::commit_unknown, "08007 40003"},
    {errc::connect_failed, "08001 08004 57P03 HV00N"},
    {errc::connection_lost, "08000 08003 08006 25P03 53000 53200 57P01 57P02 57P04 57P05 58000 58030 HV001"},
    {errc::corrupt, "XX001 XX002"},
    {errc::deadlock, "40P01"},
    {errc::disk_full, "53100 53400"},
    {errc::exclusion_violation, "23P01"},
    {errc::foreign_key_violation, "23001 23503"},
    {errc::lock_timeout, "55P03"},
    {errc::misuse, "00000 01000 01003 01004 01006 01007 01008 0100C 01P01 02000 02001 08P01 0B000 0F000 "
                   "0F001 0L000 0LP01 0Z000 0Z002 20000 24000 25000 25001 25002 25003 25004 25005 25007 "
                   "25008 25P01 25P02 27000 2B000 2BP01 2D000 2F000 2F002 2F003 2F004 2F005 38000 38001 "
                   "38002 38003 38004 39000 39001 39004 39P01 39P02 39P03 3B000 55000 55P02 55P04 58P02 "
                   "F0000 F0001 HV000 HV002 HV007 HV008 HV009 HV00B HV00C HV00D HV00K HV00L HV00M HV010 "
                   "HV091 P0000 XX000"},
    {errc::not_found, "P0002"},
    {errc::not_null_violation, "23502"},
    {errc::out_of_range,
     "22001 22003 22008 22009 2200H 22011 22012 22013 22014 22015 22016 2201E 2201F 2201G "
     "2201W 2201X 22022 22023 22026 2202E 2202G 2202H 2203D 2203E 22P01 54000 54001 54011 "
     "54023 HV014 HV090"},
    {errc::permission_denied, "28000 28P01 42501"},
    {errc::pool_exhausted, "53300"},
    {errc::read_only, "25006"},
    {errc::serialization_failure, "40000 40001 72000"},
    {errc::syntax_error,
     "03000 42000 42601 42602 42611 42622 42701 42702 42710 42712 42723 42725 42803 42809 "
     "42830 428C9 42939 42P03 42P04 42P05 42P06 42P07 42P08 42P09 42P10 42P11 42P12 42P13 "
     "42P14 42P15 42P16 42P17 42P19 42P20 42P21 42P22"},
    {errc::too_many_rows, "21000 P0003"},
    {errc::type_mismatch,
     "22000 22002 22004 22005 22007 2200B 2200C 2200D 2200F 2200G 2200L 2200M 2200N 2200S "
     "2200T 22010 22018 22019 2201B 22021 22024 22025 22027 22030 22031 22032 22033 22034 "
     "22035 22036 22037 22038 22039 2203A 2203B 2203C 2203F 2203G 22P02 22P03 22P04 22P05 "
     "22P06 42804 42846 42P18 HV004 HV006 HV00A HV021 HV024"},
    {errc::undefined_object,
     "0P000 26000 34000 3B001 3D000 3F000 42703 42704 42883 42P01 42P02 58P01 HV005 HV00J "
     "HV00P HV00Q HV00R"},
    {errc::unique_violation, "23505"},
    {errc::unsupported, "0A000"},
};

} // namespace

TEST_CASE("every code of the server has the kind that stands here", "[postgres]") {
    std::size_t found = 0;
    for (const condition& c : conditions) {
        INFO(c.code << ' ' << c.name);
        const auto listed = codes_of.find(kind_of(c.code));
        REQUIRE(listed != codes_of.end());
        CHECK((' ' + listed->second + ' ').find(' ' + std::string(c.code) + ' ') != std::string::npos);
        ++found;
    }
    std::size_t listed = 0;
    for (const auto& [kind, codes] : codes_of) listed += (codes.size() + 1) / 6;
    CHECK(listed == found);
}

TEST_CASE("the page of errors has every code of the server", "[postgres][docs]") {
    std::string page = "| kind | SQLSTATE |\n|---|---|\n";
    for (const auto& [kind, codes] : codes_of)
        page += "| " + std::string(to_string(kind)) + " | " + codes + " |\n";
    support::check_part(support::source_tree() / "docs/errors.md", "<!-- sqlstates -->\n",
                        "<!-- /sqlstates -->", page, "unit_postgres");
}

TEST_CASE("a code that is not known is of its class's kind", "[postgres]") {
    CHECK(kind_of("0A9XX") == errc::unsupported);
    CHECK(kind_of("2299X") == errc::type_mismatch);
    CHECK(kind_of("239ZZ") == errc::check_violation);
    CHECK(kind_of("4299X") == errc::syntax_error);
    CHECK(kind_of("57P99") == errc::connection_lost);
}

TEST_CASE("a code of a class of the application's own refuses as a trigger does", "[postgres]") {
    CHECK(kind_of("U0001") == errc::check_violation);
    CHECK(kind_of("TS001") == errc::check_violation);
    CHECK(kind_of("P0001") == errc::check_violation);
}

TEST_CASE("what is no code at all is a misuse", "[postgres]") {
    for (const char* text : {"", "2350", "235055", "2350a", "     "}) CHECK(kind_of(text) == errc::misuse);
}

TEST_CASE("a connection that cannot be made is connect_failed, unless more is known", "[postgres]") {
    for (const char* code :
         {"3D000", "57P03", "57P01", "08P01", "42704", "22023", "57014", "XX000", "U0001", ""})
        CHECK(kind_of_start_up(code) == errc::connect_failed);
    CHECK(kind_of_start_up("28P01") == errc::permission_denied);
    CHECK(kind_of_start_up("28000") == errc::permission_denied);
    CHECK(kind_of_start_up("42501") == errc::permission_denied);
    CHECK(kind_of_start_up("53300") == errc::pool_exhausted);
    CHECK(kind_of_start_up("0A000") == errc::unsupported);
}
