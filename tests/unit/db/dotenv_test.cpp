#include "db/dotenv.hpp"
#include "support/catch.hpp"
#include <hawser/core/error.hpp>

using hawser::detail::parse_dotenv;

namespace {

std::string value_of(std::string_view text) {
    const auto all = parse_dotenv(text);
    REQUIRE(all.size() == 1);
    CHECK(all[0].name == "KEY");
    return all[0].value;
}
std::string complaint(std::string_view text) {
    try {
        (void)parse_dotenv(text);
    } catch (const hawser::error& e) {
        CHECK(e.kind() == hawser::errc::misuse);
        return e.message();
    }
    return "accepted";
}

} // namespace

TEST_CASE("a value stands plain, in single or in double quotes", "[db][config][dotenv]") {
    CHECK(value_of("KEY=value") == "value");
    CHECK(value_of("KEY=value\n") == "value");
    CHECK(value_of("  KEY = a b \t\n") == "a b");
    CHECK(value_of("export KEY=value") == "value");
    CHECK(value_of("export\tKEY=value") == "value");
    CHECK(value_of("KEY=") == "");
    CHECK(value_of("KEY=a=b") == "a=b");
    CHECK(value_of("KEY=a#b # a comment") == "a#b");
    CHECK(value_of("KEY=# a comment") == "");
    CHECK(value_of("KEY=it's") == "it's");
    CHECK(value_of("KEY=$HOME\\n") == "$HOME\\n");
    CHECK(value_of("KEY=' a \\n # \"b\" '  # a comment") == " a \\n # \"b\" ");
    CHECK(value_of("KEY=\"a\\n\\t\\r\\\\\\\"\\$ # 'b'\"") == "a\n\t\r\\\"$ # 'b'");
    CHECK(value_of("KEY=\"two\nlines\"") == "two\nlines");
    CHECK(value_of("KEY=''") == "");
}

TEST_CASE("line ends of other systems, a byte order mark, blank lines and comments are understood",
          "[db][config][dotenv]") {
    const auto all = parse_dotenv(
        "\xef\xbb\xbf# head\r\n\r\nA=1\r\n   # indented\r\nB='2'\r\n\n\texport C=\"3\"\r\nD=4\r");
    REQUIRE(all.size() == 4);
    CHECK(all[0].name == "A");
    CHECK(all[0].value == "1");
    CHECK(all[0].line == 3);
    CHECK(all[1].value == "2");
    CHECK(all[2].name == "C");
    CHECK(all[2].line == 7);
    CHECK(all[3].value == "4");
    CHECK(parse_dotenv("").empty());
    CHECK(parse_dotenv("\xef\xbb\xbf").empty());
}

TEST_CASE("of a key that is given twice the last counts", "[db][config][dotenv]") {
    CHECK(value_of("KEY=1\nKEY=2") == "2");
}

TEST_CASE("a variable may be called export", "[db][config][dotenv]") {
    CHECK(parse_dotenv("export=1").front().name == "export");
}

TEST_CASE("what is wrong is told by its line, and never shown", "[db][config][dotenv]") {
    const auto says = [](std::string_view text, const char* what) {
        INFO(text);
        CHECK_THAT(complaint(text), support::contains_text(what));
        CHECK_THAT(complaint(text), !support::contains_text("s3cret"));
    };
    says("A=1\n\ns3cret\n", ".env:3: there is no = behind the name");
    says("=s3cret", ".env:1: a name of letters, digits and _ is missing");
    says("A B=s3cret", ".env:1: there is no =");
    says("1A=s3cret", ".env:1: a name");
    says("export =s3cret", ".env:1: a name");
    says("A=\"s3cret\nB=1\n", ".env:1: the \" is not closed");
    says("A='s3cret\nB=1\n", ".env:1: the ' is not closed");
    says("A=\"s3cret\\", ".env:1: the \" is not closed");
    says("B=\"1\n2\"\nA='s3cret' s3cret", ".env:3: there is something behind the closing quote");
    says("A=\"s3\\cret\"", ".env:1: a \\ inside");
    says(std::string_view("A=s3cret\0", 9), ".env:1: the value has a zero byte");
}
