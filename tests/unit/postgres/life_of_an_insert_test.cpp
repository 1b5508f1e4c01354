// docs/life_of_an_insert.md: what travels between an insert and the server.
#include "support/catch.hpp"
#include "support/fake_server.hpp"
#include "support/page_part.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_cluster.hpp"
#include "support/wire_bytes.hpp"
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <hawser/hawser.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pg = support::pg;

namespace life_of_an_insert {

struct fill {
    std::int64_t id{};
    std::string symbol;
    hawser::decimal<18, 8> price;
};
BOOST_DESCRIBE_STRUCT(fill, (), (id, symbol, price))
consteval auto hawser_table(hawser::of<fill>) {
    return hawser::table<fill>("fills", hawser::primary_key<&fill::id>.generated());
}

} // namespace life_of_an_insert

namespace {

using life_of_an_insert::fill;

const std::string text = R"(insert into "fills" ("symbol", "price") values ($1, $2) returning "id")";
const std::string price = support::wire("[0003 0001 0000 0008 0006 109a 04e2]"); // 6 4250 1250, scale 8

fill bought() {
    fill f;
    f.symbol = "BTCUSDT";
    f.price = hawser::decimal<18, 8>::parse("64250.125");
    return f;
}

// What the client says. The first time:
const std::string asked_first = pg::parse("s1", text, {25, 1700}) + pg::describe('S', "s1");
// and each time:
const std::string asked = pg::bind("", "s1", {"BTCUSDT", price}) + pg::execute() + pg::sync();

// What the server says, but for its own number of the table.
constexpr std::uint32_t table = 16385;
const std::string told_first =
    pg::parse_complete() + pg::parameter_description({25, 1700}) +
    pg::row_description({{.name = "id", .type = 20, .format = 0, .table = table, .number = 1, .size = 8}});
std::string told(std::int64_t key) {
    return pg::bind_complete() + pg::data_row({pg::int8(key)}) + pg::command_complete("INSERT 0 1") +
           pg::ready();
}

using names = std::vector<std::pair<char, std::string_view>>;
const names of_client{{'P', "Parse"},   {'D', "Describe"}, {'B', "Bind"},
                      {'E', "Execute"}, {'S', "Sync"},     {'X', "Terminate"}};
const names of_server{
    {'1', "ParseComplete"}, {'t', "ParameterDescription"}, {'T', "RowDescription"}, {'2', "BindComplete"},
    {'D', "DataRow"},       {'C', "CommandComplete"},      {'Z', "ReadyForQuery"}};

std::string hex_of(std::string_view bytes) {
    std::string digits;
    for (const char c : bytes)
        for (const unsigned half : {static_cast<unsigned char>(c) / 16u, static_cast<unsigned char>(c) % 16u})
            digits += "0123456789abcdef"[half];
    return digits;
}

// A line for each message: its name, its type, its length, and the rest.
std::string lines_of(std::string_view bytes, const names& known) {
    std::string lines;
    while (!bytes.empty()) {
        const std::string length = hex_of(bytes.substr(1, 4));
        const std::size_t whole = 1 + std::stoul(length, nullptr, 16);
        std::string_view name = "?";
        for (const auto& [type, its] : known)
            if (type == bytes.front()) name = its;
        lines.append(name).append(22 - name.size(), ' ') += bytes.front();
        lines += '[' + length + ']' + support::shown(bytes.substr(5, whole - 5)) + '\n';
        bytes.remove_prefix(whole);
    }
    return lines;
}

void check_page(const std::string& part, const std::string& client, const std::string& server) {
    support::check_part(support::source_tree() / "docs/life_of_an_insert.md",
                        "<!-- bytes: " + part + " -->\n```\n", "```\n",
                        lines_of(client, of_client) + '\n' + lines_of(server, of_server), "unit_postgres");
}

hawser::task<> insert_five(const std::string& url) {
    using namespace boost::asio::experimental::awaitable_operators;
    const hawser::database db = co_await hawser::open(url);
    const hawser::repository<fill> fills{db};
    fill first = bought(), second = bought(), third = bought(), fourth = bought(), fifth = bought();
    co_await fills.insert(first);
    CHECK(first.id == 1);
    co_await fills.insert(second);
    CHECK(second.id == 2);
    auto a = fills.insert(third), b = fills.insert(fourth), c = fills.insert(fifth);
    co_await (std::move(a) && std::move(b) && std::move(c));
    CHECK(third.id == 3);
    CHECK(fourth.id == 4);
    CHECK(fifth.id == 5);
    co_await db.close();
}

} // namespace

TEST_CASE("an insert is these bytes on the wire, the first time and each time after it", "[postgres][docs]") {
    support::fake_server server(support::dialogue()
                                    .login()
                                    .expect(pg::sync()) // open() tries the connection
                                    .answer(pg::ready())
                                    .expect(asked_first + asked)
                                    .answer(told_first + told(1))
                                    .expect(asked)
                                    .answer(told(2))
                                    .expect(asked + asked + asked)
                                    .answer(told(3) + told(4) + told(5))
                                    .expect(pg::terminate())
                                    .expect_end(),
                                support::fake_server::listens::tcp);
    try {
        hawser::run(insert_five(server.url()));
    } catch (const hawser::error&) {
        server.finish(); // says what came instead
        throw;
    }
    server.finish();
    CHECK(server.connections() == 1);
    CHECK(server.writes() == 6); // start-up, Sync, three times inserts, farewell
    check_page("first", asked_first + asked, told_first + told(1));
    check_page("after", asked, told(2));
}

TEST_CASE("a server answers the bytes of an insert as the page of its life says", "[postgres][docs]") {
    NEED_POSTGRES();
    const support::fresh_database fresh;
    auto look = fresh.look();
    look.exec(std::string(hawser::create_postgres<fill>));
    std::string answer;
    for (const std::string& bytes : {asked_first + asked, asked}) {
        look.send(bytes);
        for (const auto& m : look.until_ready()) answer += pg::message(m.type, m.body);
    }
    const std::string number = look.text("select 'fills'::regclass::oid");
    const auto own = static_cast<std::int32_t>(std::stoul(number));
    if (const auto at = answer.find(pg::int4(own)); at != std::string::npos)
        answer.replace(at, 4, pg::int4(static_cast<std::int32_t>(table)));
    CHECK(support::shown(answer) == support::shown(told_first + told(1) + told(2)));
    CHECK(look.text("select string_agg(symbol || ' ' || price, ',') from fills") ==
          "BTCUSDT 64250.12500000,BTCUSDT 64250.12500000");
}
