#include "support/catch.hpp"
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cmath>
#include <hawser/mapping/validate.hpp>
#include <limits>
#include <string>
#include <vector>

using hawser::violation;

namespace {

enum class mood { good, bad, odd };
BOOST_DESCRIBE_ENUM(mood, good, bad, odd)

// A rule with all that a rule can have.
struct even_rule {
    static constexpr std::string_view rule = "even";
    static bool holds(int v) { return v % 2 == 0; }
    static std::string message() { return "must be even"; }
};

struct quote {
    std::int64_t id{};
    std::string code = "abc";
    std::optional<std::string> nick;
    std::int32_t lots = 2;
    double bid = 1;
    double ask = 2;
    mood feeling = mood::good;
};
BOOST_DESCRIBE_STRUCT(quote, (), (id, code, nick, lots, bid, ask, feeling))
consteval auto hawser_table(hawser::of<quote>) {
    using hawser::validate;
    return hawser::table<quote>(
        "quotes", hawser::primary_key<&quote::id>, hawser::rename<&quote::code>("quote_code"),
        validate<&quote::code>(hawser::min_length(3), hawser::one_of("abc", "ab", "x")),
        validate<&quote::nick>(hawser::matches<"[a-z]+\\d?">),
        validate<&quote::lots>(even_rule{}, hawser::one_of(2, 3L, 4u), [](int v) { return v < 100; }),
        validate<&quote::bid>(hawser::positive, hawser::rule("round", "must be whole",
                                                             [](double v) { return v == std::trunc(v); })),
        validate<&quote::feeling>(hawser::one_of(mood::good, mood::bad)),
        hawser::validate_row("crossed", "bid must be below ask",
                             [](const quote& q) { return q.bid < q.ask; }),
        hawser::validate_row([](const quote& q, hawser::row_violations& found) {
            if (q.code == q.nick) found.add("nick", "differs", "must differ from the code");
        }));
}

std::vector<std::string> broken(const quote& q) {
    std::vector<violation> found;
    hawser::detail::validate_row<quote>(&q, 5, found);
    std::vector<std::string> text;
    for (const violation& v : found) {
        CHECK(v.row == 5u);
        text.push_back(v.field + ' ' + v.rule + ": " + v.message);
    }
    return text;
}
using texts = std::vector<std::string>;

bool like(std::string_view pattern, std::string_view value) {
    REQUIRE(hawser::detail::well_formed(pattern));
    return hawser::detail::matches_pattern(pattern, value);
}

} // namespace

TEST_CASE("a row that keeps every rule has no violation", "[mapping][validate]") {
    CHECK(broken(quote{}) == texts{});
}

TEST_CASE("each rule says what it demands, by the member's own name", "[mapping][validate]") {
    quote q;
    q.code = "ab";
    CHECK(broken(q) == texts{"code min_length: must have at least 3 characters"});
    q.code = "abcd";
    CHECK(broken(q) == texts{"code one_of: must be one of abc, ab, x"});
    q = {};
    q.nick = "abc";
    CHECK(broken(q) == texts{"nick differs: must differ from the code"});
    q.nick = "ABC";
    CHECK(broken(q) == texts{R"(nick matches: must look like [a-z]+\d?)"});
    q = {};
    q.lots = 3;
    CHECK(broken(q) == texts{"lots even: must be even"});
    q.lots = 200;
    CHECK(broken(q) == texts{"lots one_of: must be one of 2, 3, 4", "lots rule: is not allowed"});
    q = {};
    q.bid = 0;
    CHECK(broken(q) == texts{"bid positive: must be above 0"});
    q.bid = std::numeric_limits<double>::quiet_NaN();
    CHECK(broken(q).size() == 3);
    q.bid = 2;
    CHECK(broken(q) == texts{" crossed: bid must be below ask"});
    q = {};
    q.feeling = mood::odd;
    CHECK(broken(q) == texts{"feeling one_of: must be one of good, bad"});
}

TEST_CASE("a pattern is about the whole value, in UTF-8", "[mapping][validate]") {
    CHECK(like("abc", "abc"));
    CHECK_FALSE(like("abc", "abcd"));
    CHECK_FALSE(like("abc", "xabc"));
    CHECK(like("", ""));
    CHECK_FALSE(like("", "a"));
    CHECK(like("a|b", "b"));
    CHECK(like("x(a|bc)*y", "xabcay"));
    CHECK_FALSE(like("x(a|bc)*y", "xaby"));
    CHECK(like("a?b+c*", "bbb"));
    CHECK_FALSE(like("a?b+c*", "ac"));
    CHECK(like("a{2}", "aa"));
    CHECK_FALSE(like("a{2}", "aaa"));
    CHECK(like("a{2,}", "aaaa"));
    CHECK(like("(ab){1,2}", "abab"));
    CHECK_FALSE(like("(ab){1,2}", "ababab"));
    CHECK(like("[a-c_-]+", "a_-c"));
    CHECK_FALSE(like("[^a-c]", "b"));
    CHECK(like("[^a-c]", "\xC3\xA4"));
    CHECK(like(".", "\xF0\x9F\x9A\x80"));
    CHECK(like("\xC3\xA4+", "\xC3\xA4\xC3\xA4"));
    CHECK(like("[\xC3\xA0-\xC3\xBF]", "\xC3\xA4"));
    CHECK(like(R"(\d\w\s\.\\)", "1_ .\\"));
    CHECK(like(R"([\]\d]+)", "]5"));
    CHECK_FALSE(like(".", ""));
}

TEST_CASE("anchors may be written, and a wrong pattern is known as such", "[mapping][validate]") {
    CHECK(hawser::detail::without_anchors("^a$") == "a");
    CHECK(hawser::detail::without_anchors("a\\$") == "a\\$");
    for (const std::string_view wrong : {"(", "a)", "[a", "*a", "a{2", "a{3,2}", "a{300}", "a**", "\\", "a^b",
                                         "a$b", "}", "]", "(a|*)", "[]"})
        CHECK_FALSE(hawser::detail::well_formed(wrong));
}

TEST_CASE("no pattern and no value make matching explode", "[mapping][validate]") {
    const std::string as(4096, 'a');
    CHECK_FALSE(like("(a+)+b", std::string_view(as).substr(0, 600)));
    CHECK(like("(a|a|a)*", as));
    CHECK_FALSE(like("a*", as + "a"));
}

TEST_CASE("the named forms of text", "[mapping][validate]") {
    using namespace hawser::detail;
    for (const std::string_view good : {"a@b.co", "first.last+tag@sub.example.com", "o'neil@x-y.org"})
        CHECK(is_email(good));
    for (const std::string_view bad : {"", "a", "@b.co", "a@b", "a@@b.co", "a b@c.co", ".a@b.co", "a..b@c.co",
                                       "a@-b.co", "a@b..co", "a@b.co ", "\"a\"@b.co"})
        CHECK_FALSE(is_email(bad));
    for (const std::string_view good :
         {"https://x.com", "wss://stream.x.com:9443/ws?a=1#b", "a+b://h", "http://[::1]",
          "http://[::ffff:1.2.3.4]:80/x", "redis://u:p@h:6379", "http://localhost?a=b:c@d"})
        CHECK(is_url(good));
    for (const std::string_view bad : {"",
                                       "x.com",
                                       "http://",
                                       "http:///path",
                                       "://x",
                                       "1a://x",
                                       "http://a b",
                                       "http://:80",
                                       "http://[",
                                       "http://[]",
                                       "http://[::1",
                                       "http://[::1]x",
                                       "http://[x:y]",
                                       "http://::1",
                                       "http://u@",
                                       "http://u@:80",
                                       "http://h:",
                                       "http://h:8o",
                                       "http://h:123456",
                                       "http://a]",
                                       "http://a<b>"})
        CHECK_FALSE(is_url(bad));
    CHECK(is_uuid_text("123e4567-e89b-12d3-A456-426614174000"));
    CHECK_FALSE(is_uuid_text("123e4567-e89b-12d3-a456-42661417400"));
    CHECK_FALSE(is_uuid_text("123e4567-e89b-12d3-a456-42661417400g"));
    CHECK_FALSE(is_uuid_text("123e4567ae89b-12d3-a456-426614174000"));
    for (const std::string_view good :
         {"BTC", "BRK.B", "BTC/USDT", "^GSPC", "ES=F", "BINANCE:BTCUSDT", "1INCH-USD", "M&M"})
        CHECK(is_symbol(good));
    for (const std::string_view bad :
         {"", " BTC", "BTC USD", ".A", "a\n", "\xC3\xA4", "123456789012345678901234567890123"})
        CHECK_FALSE(is_symbol(bad));
}
