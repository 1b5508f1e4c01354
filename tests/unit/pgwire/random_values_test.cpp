// What the codecs make of a value is what PostgreSQL makes of it, both ways.
#include "core/hex.hpp"
#include "support/catch.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_cluster.hpp"
#include "support/random_values.hpp"
#include "support/raw_postgres.hpp"
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <pgwire/catalog_types.hpp>
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/money.hpp>
#include <pgwire/codec/nested.hpp>
#include <pgwire/message/data_row.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace hawser::pgwire;
using support::fresh_database;
using support::postgres_message;
using support::random_values;
using support::raw_postgres;
namespace pg = support::pg;

namespace {

std::string hex_of(std::string_view bytes) {
    std::string digits;
    for (const char c : bytes)
        for (const unsigned shift : {4u, 0u})
            digits += hawser::detail::hex_digits[static_cast<unsigned char>(c) >> shift & 15];
    return digits;
}

constexpr oid money = 790;

struct answer {
    std::string text;
    std::string binary;
    std::string error; // no value then
};

// Gives values back as the server prints and as it sends them. A cast to text would not be that: of boolean it makes
// 'true', of inet it leaves no mask out, of bpchar it takes the blanks off.
class mirror {
public:
    mirror(raw_postgres& server, const type_info& type) : server_(server) {
        server_.send(pg::parse("s", "select $1, $1", {type.id}) + pg::sync());
        for (const postgres_message& m : server_.until_ready())
            if (m.type == 'E') FAIL(type.name << ": " << support::field_of(m, 'M'));
    }
    ~mirror() {
        server_.send(pg::close('S', "s") + pg::sync());
        static_cast<void>(server_.until_ready());
    }
    mirror(const mirror&) = delete;
    mirror& operator=(const mirror&) = delete;

    std::vector<answer> of(const std::vector<std::string>& values, std::int16_t format) {
        std::vector<answer> all;
        std::string asked;
        std::size_t count = 0;
        for (const std::string& value : values) {
            asked += pg::bind("", "s", {value}, {format}, {0, 1}) + pg::execute() + pg::sync();
            ++count;
            if (asked.size() < at_once && all.size() + count < values.size()) continue;
            server_.send(std::exchange(asked, {}));
            for (; count > 0; --count) all.push_back(read_answer());
        }
        return all;
    }

private:
    static constexpr std::size_t at_once =
        64 << 10; // the socket takes it all: nobody reads the answers meanwhile

    answer read_answer() {
        answer a;
        for (const postgres_message& m : server_.until_ready()) {
            if (m.type == 'E') a.error = support::field_of(m, 'C') + ' ' + support::field_of(m, 'M');
            data_row row;
            if (m.type != 'D') continue;
            if (!read(m.body, row)) FAIL("a row of a wrong form");
            auto at = row.values.begin();
            a.text = (*at).bytes;
            a.binary = (*++at).bytes;
        }
        return a;
    }

    raw_postgres& server_;
};

// The server's lc_monetary is C, which codec_of() cannot know.
const codec& codec_here(const type_info& type) {
    return type.id == money ? money_codec : *codec_of(type);
}

std::optional<std::string> our_text(const type_info& type, std::string_view binary, const types& known) {
    std::string text;
    if (!codec_here(type).to_text(binary, type, known, text)) return {};
    return text;
}
std::optional<std::string> our_hex(const type_info& type, std::string_view text, const types& known) {
    output out;
    if (!codec_here(type).to_binary(text, type, known, out)) return {};
    return hex_of(out.view());
}

// The server stores some values otherwise than they come: [1,5] as [1,6), {"b":1,"a":2} in another order.
bool has_one_form(const type_info& type, const types& known, int depth = 0) {
    if (depth > 8) return true;
    const auto part = [&](oid id) {
        const type_info* const t = known.find(id);
        return t == nullptr || has_one_form(*t, known, depth + 1);
    };
    switch (type.kind) {
    case type_kind::range:
    case type_kind::multirange: return false;
    case type_kind::array:
    case type_kind::domain: return part(type.part);
    case type_kind::composite:
        return std::all_of(type.attributes.begin(), type.attributes.end(),
                           [&](const type_info::attribute& a) { return part(a.type); });
    default: return type.name != "jsonb" && type.name != "jsonpath";
    }
}

// A value of a type, as a failure tells it.
struct tried {
    const type_info& type;
    const std::string& value;

    void same(const char* what, const std::optional<std::string>& ours, const std::string& servers) const {
        if (ours == servers) return;
        FAIL(what << " of " << type.name << ", HAWSER_VALUES_SEED=" << random_values::seed() << ", value "
                  << hex_of(value) << "\n   ours: " << ours.value_or("(refused)")
                  << "\nserver's: " << servers);
    }
};

void check_type(raw_postgres& server, const type_info& type, const types& known) {
    const bool of_others = container_codec(type) != nullptr && type.kind != type_kind::domain;
    const std::size_t count = of_others ? 60 : 200;
    random_values random(random_values::seed_of(type.name), known);
    std::vector<std::string> values;
    while (values.size() < count) {
        const std::optional<std::string> one = random.of(type);
        if (!one) FAIL("there are no random values of " << type.name);
        values.push_back(*one);
    }
    mirror told(server, type);
    const std::vector<answer> answers = told.of(values, 1);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) {
        const answer& a = answers[i];
        const tried value{type, values[i]};
        value.same("the acceptance", "", a.error);
        value.same("the text", our_text(type, a.binary, known), a.text);
        if (has_one_form(type, known)) value.same("the value", hex_of(values[i]), hex_of(a.binary));
        texts.push_back(a.text);
    }
    const std::vector<answer> back = told.of(texts, 0);
    for (std::size_t i = 0; i < count; ++i) {
        const tried value{type, values[i]};
        value.same("the text's acceptance", "", back[i].error);
        value.same("the binary form", our_hex(type, texts[i], known), hex_of(back[i].binary));
        value.same("the value in text", hex_of(answers[i].binary), hex_of(back[i].binary));
    }
    CHECK(back.size() == count);
}

// Not of tables, and nothing that a parameter can be.
bool has_values(const type_info& type, const types& known) {
    static constexpr oid none[] = {705, 1263, 2275, 2278}; // unknown, cstring and its array, void
    return std::find(std::begin(none), std::end(none), type.id) == std::end(none) &&
           (type.id == money || has_binary_form(type, known));
}

std::shared_ptr<const catalog_types> all_types_of(raw_postgres& server) {
    server.send(pg::parse("", catalog_types::query, {1028}) +
                pg::bind("", "", {[&] {
                             const auto rows = server.rows("select oid from pg_type where oid >= 16384");
                             std::string list = pg::int4(1) + pg::int4(0) + pg::int4(26) +
                                                pg::int4(static_cast<std::int32_t>(rows.size())) +
                                                pg::int4(1);
                             for (const auto& row : rows)
                                 list +=
                                     pg::int4(4) + pg::int4(static_cast<std::int32_t>(std::stol(row.at(0))));
                             return list;
                         }()}) +
                pg::execute() + pg::sync());
    const std::vector<postgres_message> messages = server.until_ready();
    std::vector<std::string_view> rows;
    for (const postgres_message& m : messages)
        if (m.type == 'D') rows.push_back(m.body);
    return catalog_types().with(rows);
}

} // namespace

TEST_CASE("random values of every built-in type are what the server prints, and sends", "[pgwire][values]") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres server = db.look();
    const types known;
    std::size_t tried = 0;
    for (oid id = 1; id < 16'384; ++id) {
        const type_info* const type = built_in(id);
        if (type == nullptr || !has_values(*type, known)) continue;
        check_type(server, *type, known);
        ++tried;
    }
    CHECK(tried > 100);
}

TEST_CASE("random values of a database's own types are what the server prints, and sends",
          "[pgwire][values]") {
    NEED_POSTGRES();
    const fresh_database db;
    raw_postgres server = db.look();
    std::string labels;
    for (const std::string& label : random_values::labels)
        labels += (labels.empty() ? "'" : ", '") + label + "'";
    server.exec("create type mood as enum (" + labels + R"();
        create domain number as int4;
        create domain moody as mood;
        create domain moodier as moody;
        create domain numbers as number[];
        create type pair as (a int4, b text, c mood);
        create domain paired as pair;
        create type text_range as range (subtype = text, collation = "C");
        create type "Odd, ""name" as ("x y" moodier, n numbers, p pair[], r text_range, gone int4, v numeric, t timestamptz,
                                      j jsonb, i paired);
        alter type "Odd, ""name" drop attribute gone;
        create table of_rows (n int8, s text, d date[]);
        create type empty as ();
    )");
    const std::shared_ptr<const catalog_types> known = all_types_of(server);
    REQUIRE(known);
    std::size_t tried = 0;
    for (oid id = 16'384; id < 32'768; ++id) {
        const type_info* const type = known->find(id);
        if (type == nullptr || !has_values(*type, *known)) continue;
        check_type(server, *type, *known);
        ++tried;
    }
    CHECK(tried == known->size());
}
