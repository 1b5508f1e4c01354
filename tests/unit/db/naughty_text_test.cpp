#include "on_each_market.hpp"
#include "support/naughty_texts.hpp"
#include <algorithm>
#include <hawser/json.hpp>
#include <set>
#include <tuple>

using namespace market;
using hawser::errc;

namespace {

using texts = std::vector<std::string>;

texts all_texts() {
    texts all = support::naughty_texts();
    for (const auto& more : {support::broken_texts(), support::texts_with_zeros()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

// PostgreSQL takes no text that is not UTF-8, and none with a zero byte.
texts refused_texts() {
    texts all = support::broken_texts();
    for (const std::string& text : support::texts_with_zeros()) all.push_back(text);
    return all;
}
texts texts_of(const hawser::database& db) {
    return is_postgres(db) ? support::naughty_texts() : all_texts();
}

task<> store(hawser::database db, const texts& all) {
    hawser::repository<position> positions{db};
    for (std::size_t i = 0; i < all.size(); ++i) {
        position p = make_position("P" + std::to_string(i));
        p.note = all[i];
        co_await positions.insert(p);
    }
}

std::string printable(const std::string& text) {
    std::string out;
    char hex[8];
    for (const char c : text.substr(0, 40)) {
        std::snprintf(hex, sizeof hex, " %02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += hex;
    }
    return out;
}

std::int64_t count_if(const texts& all, const std::function<bool(const std::string&)>& wanted) {
    return std::count_if(all.begin(), all.end(), wanted);
}

// Text wherever it may stand.
struct label {
    std::string name{}; // the key
    std::string code{};
    hawser::json<texts> words;
    hawser::json_text document{};
    bool operator==(const label&) const = default;
};
BOOST_DESCRIBE_STRUCT(label, (), (name, code, words, document))
consteval auto hawser_table(hawser::of<label>) {
    return hawser::table<label>("labels", hawser::primary_key<&label::name>, hawser::unique<&label::code>);
}

label make_label(const std::string& name, const std::string& code) {
    label l;
    l.name = name;
    l.code = code;
    return l;
}

template <class Body>
void on_labels(Body body, const std::vector<place>& places = everywhere()) {
    on_each_market(places, [&](hawser::database db) -> task<> {
        co_await db.create_tables<label>();
        co_await body(db);
    });
}

} // namespace

TEST_CASE("the naughty texts are what they are said to be", "[db]") {
    const texts all = all_texts();
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
    const auto is_text = [](const std::string& t) {
        return hawser::json_text::is_valid(boost::json::serialize(boost::json::value(t)));
    };
    const texts valid = support::naughty_texts();
    const texts broken = support::broken_texts();
    CHECK(std::all_of(valid.begin(), valid.end(), is_text));
    CHECK(std::none_of(broken.begin(), broken.end(), is_text));
}

TEST_CASE("any text comes back byte by byte, one by one and in bulk, and is found by equality", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        const texts all = texts_of(db);
        co_await store(db, all);
        hawser::repository<position> positions{db};
        std::vector<position> again;
        for (std::size_t i = 0; i < all.size(); ++i) {
            again.push_back(make_position("Q" + std::to_string(i)));
            again.back().note = all[i];
        }
        co_await positions.bulk_insert(again);
        const auto stored = co_await positions.order_by(col<&position::id>).all();
        CHECK(stored.size() == 2 * all.size());
        for (std::size_t i = 0; i < stored.size(); ++i) {
            const std::string& expected = all[i % all.size()];
            INFO(printable(expected));
            CHECK(stored[i].note == expected);
        }
        for (const std::string& text : all) {
            const auto equal = co_await positions.where(col<&position::note> == text).count();
            const auto others = co_await positions.where(col<&position::note> != text).count();
            INFO(printable(text));
            CHECK(equal == 2);
            CHECK(others == static_cast<std::int64_t>(2 * all.size()) - 2);
        }
    });
}

TEST_CASE("a text that PostgreSQL does not store is refused by every way in, and nothing is stored", "[db]") {
    on_each_market({place::postgres}, [](hawser::database db) -> task<> {
        hawser::repository<position> positions{db};
        for (const std::string& text : refused_texts()) {
            INFO(printable(text));
            position p = make_position("P");
            p.note = text;
            const auto single = co_await error_of(positions.insert(p));
            std::vector<position> rows{make_position("Q"), p};
            const auto bulk = co_await error_of(positions.bulk_insert(rows));
            const auto copied = co_await error_of(positions.copy_in(rows));
            const auto sought = co_await error_of(positions.where(col<&position::note> == text).count());
            CHECK(single.kind() == bulk.kind());
            CHECK(single.kind() == copied.kind());
            CHECK(single.kind() == sought.kind());
            CHECK(single.kind() == errc::type_mismatch);
        }
        const auto count = co_await positions.count();
        CHECK(count == 0);
    });
}

TEST_CASE("a pattern made of any text matches that text alone, also as a part", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const texts all = support::naughty_texts();
        co_await store(db, all);
        hawser::repository<position> positions{db};
        for (const std::string& text : all) {
            const auto contains = [&](const std::string& t) { return t.find(text) != std::string::npos; };
            const auto starts = [&](const std::string& t) { return t.rfind(text, 0) == 0; };
            const auto whole =
                co_await positions.where(col<&position::note>.like(hawser::like_literal(text))).count();
            const auto part =
                co_await positions.where(col<&position::note>.like("%" + hawser::like_literal(text) + "%"))
                    .count();
            const auto contained = co_await positions.where(col<&position::note>.contains(text)).count();
            const auto started = co_await positions.where(col<&position::note>.starts_with(text)).count();
            INFO(printable(text));
            CHECK(whole == 1);
            CHECK(part == count_if(all, contains));
            CHECK(contained == count_if(all, contains));
            CHECK(started == count_if(all, starts));
        }
    });
}

TEST_CASE("any text is found in a list, but for one with a zero byte, which is refused", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const texts all = texts_of(db);
        co_await store(db, all);
        hawser::repository<position> positions{db};
        const texts valid = support::naughty_texts();
        const auto found = co_await positions.where(col<&position::note>.in(valid)).count();
        CHECK(found == static_cast<std::int64_t>(valid.size()));
        texts kept = valid;
        if (!is_postgres(db))
            for (const std::string& text : support::broken_texts()) kept.push_back(text);
        for (const std::string& text : kept) {
            const texts one{text};
            const auto seen = co_await positions.where(col<&position::note>.in(one)).count();
            INFO(printable(text));
            CHECK(seen == 1);
        }
        for (const std::string& text : support::texts_with_zeros()) {
            const texts one{text};
            const auto e = co_await error_of(positions.where(col<&position::note>.in(one)).count());
            CHECK_THAT(e.what(), support::contains_text(is_postgres(db) ? "not in repertoire" : "zero byte"));
        }
    });
}

TEST_CASE("texts are ordered by their bytes", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        texts all = texts_of(db);
        co_await store(db, all);
        const auto stored = co_await hawser::repository<position>{db}.order_by(col<&position::note>).all();
        std::sort(all.begin(), all.end()); // char_traits compare bytes without sign
        CHECK(stored.size() == all.size());
        for (std::size_t i = 0; i < stored.size() && i < all.size(); ++i) {
            INFO(printable(all[i]));
            CHECK(stored[i].note == all[i]);
        }
    });
}

TEST_CASE("no text in a value acts as SQL", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const texts all = texts_of(db);
        co_await store(db, all);
        hawser::repository<position> positions{db};
        for (const std::string& text : all) {
            const auto change = hawser::set<&position::note>("gone " + text);
            co_await positions.where(col<&position::note> == text).update(change);
            co_await db.execute<"delete from positions where note = 'gone ' || $1 and symbol = $1">(text);
        }
        const auto left = co_await positions.count();
        const auto gone = co_await positions.where(col<&position::note>.contains("gone ")).count();
        CHECK(left == static_cast<std::int64_t>(all.size()));
        CHECK(gone == left);
    });
}

TEST_CASE("any text may be a key: found, changed, met as a conflict, and erased by it alone", "[db]") {
    on_labels([](hawser::database db) -> task<> {
        const texts all = texts_of(db);
        hawser::repository<label> labels{db};
        for (std::size_t i = 0; i < all.size(); ++i) {
            label l = make_label(all[i], std::to_string(i));
            co_await labels.insert(l);
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            INFO(printable(all[i]));
            label found = co_await labels.get(all[i]);
            CHECK(found == make_label(all[i], std::to_string(i)));
            label again = make_label(all[i], "another");
            const auto e = co_await error_of(labels.insert(again));
            CHECK(e.kind() == errc::unique_violation);
            if (all[i].size() > 12) CHECK(std::string(e.what()).find(all[i]) == std::string::npos);
            found.code = "u" + found.code;
            co_await labels.update(found);
            const auto change = hawser::set<&label::document>(hawser::json_text("[1]"));
            co_await labels.update(all[i], change);
            const label changed = co_await labels.get(all[i]);
            CHECK(changed.code == found.code);
            CHECK(changed.document.text() == "[1]");
            label over = make_label(all[i], "o" + std::to_string(i));
            co_await labels.upsert(over);
            const label last = co_await labels.get(all[i]);
            CHECK(last == over);
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            co_await labels.erase(all[i]);
            const auto left = co_await labels.count();
            CHECK(left == static_cast<std::int64_t>(all.size() - i) - 1);
        }
    });
}

TEST_CASE("any text is unique but once, also where a bulk call brings it", "[db]") {
    on_labels([](hawser::database db) -> task<> {
        const texts all = texts_of(db);
        hawser::repository<label> labels{db};
        std::vector<label> rows;
        for (std::size_t i = 0; i < all.size(); ++i) rows.push_back(make_label(std::to_string(i), all[i]));
        co_await labels.copy_in(rows);
        auto stored = co_await labels.all();
        std::sort(stored.begin(), stored.end(),
                  [](const label& a, const label& b) { return std::stoi(a.name) < std::stoi(b.name); });
        CHECK((stored == rows));
        for (const std::string& text : all) {
            std::vector<label> twice{make_label("new", text)};
            const auto e = co_await error_of(labels.copy_in(twice));
            INFO(printable(text));
            CHECK(e.kind() == errc::unique_violation);
        }
        for (label& l : rows) std::swap(l.name, l.code); // keys now
        co_await labels.erase(hawser::all_rows);
        co_await labels.bulk_insert(rows);
        for (label& l : rows) l.code += "!";
        co_await labels.bulk_upsert(rows);
        for (const label& l : rows) {
            const label found = co_await labels.get(l.name);
            INFO(printable(l.name));
            CHECK((found == l));
        }
        const auto count = co_await labels.count();
        CHECK(count == static_cast<std::int64_t>(rows.size()));
    });
}

TEST_CASE("any text is kept in a document, and one that no reader would take is refused", "[db]") {
    on_labels(
        [](hawser::database db) -> task<> {
            hawser::repository<label> labels{db};
            texts all = support::naughty_texts();
            for (const auto& more : support::texts_with_zeros()) all.push_back(more);
            label together = make_label("all", "all");
            together.words = hawser::json<texts>(all);
            co_await labels.insert(together);
            std::vector<label> rows;
            for (const std::string& text : all) {
                const auto number = std::to_string(rows.size());
                label& l = rows.emplace_back(make_label(number, number));
                l.words = hawser::json<texts>(texts{text, text});
                l.document = hawser::json_text(boost::json::serialize(boost::json::value(text)));
            }
            co_await labels.bulk_insert(rows);
            for (const label& l : rows) {
                const label found = co_await labels.get(l.name);
                const auto by_document = co_await labels.where(col<&label::document> == l.document).count();
                INFO(printable(l.words->front()));
                CHECK((found == l));
                CHECK(by_document == 1);
            }
            const label found = co_await labels.get("all");
            CHECK((found == together));
            for (const std::string& text : support::broken_texts()) {
                label bad = make_label("bad", "bad");
                bad.words = hawser::json<texts>(texts{text});
                const auto e = co_await error_of(labels.insert(bad));
                std::vector<label> one{bad};
                const auto bulk = co_await error_of(labels.bulk_insert(one));
                INFO(printable(text));
                CHECK(e.kind() == errc::out_of_range);
                CHECK(bulk.kind() == errc::out_of_range);
                CHECK_THROWS_AS(hawser::json_text('"' + text + '"'), hawser::error);
            }
            const auto count = co_await labels.count();
            CHECK(count == static_cast<std::int64_t>(rows.size()) + 1);
        },
        {place::file, place::memory}); // jsonb has a form of its own, and no zero bytes
}

TEST_CASE("any text is a parameter of SQL that is written at run time, and a value of it", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        const texts all = texts_of(db);
        co_await store(db, all);
        const hawser::sql echo(is_postgres(db) ? "select $1, octet_length($1)::bigint"
                                               : "select $1, length(cast($1 as blob))");
        const hawser::sql by_note("select symbol from positions where note = $1");
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto echoed = co_await db.query<std::tuple<std::string, std::int64_t>>(echo, all[i]);
            const auto found = co_await db.query<std::string>(by_note, all[i]);
            INFO(printable(all[i]));
            REQUIRE(echoed.size() == 1);
            CHECK((std::get<0>(echoed[0]) == all[i]));
            CHECK(std::get<1>(echoed[0]) == static_cast<std::int64_t>(all[i].size()));
            CHECK((found == texts{"P" + std::to_string(i)}));
        }
    });
}
