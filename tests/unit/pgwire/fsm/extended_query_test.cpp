#include "support/catch.hpp"
#include <array>
#include <cstddef>
#include <map>
#include <pgwire/fsm/extended_query.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using hawser::pgwire::extended_query;
using asked = extended_query::asked;
using event = extended_query::event;
using skipped = extended_query::skipped;

namespace {

extended_query after(const asked& a, std::string_view messages) {
    extended_query turn(a);
    for (const char type : messages) CHECK(turn.on(type) != event::no_such_turn);
    return turn;
}

// A place in the conversation, and all that may come there.
struct place {
    const char* name;
    asked what;
    std::string_view messages; // up to it
    std::map<char, event> fits;
};

const asked all{.close = true, .prepare = true, .limited = true};
const asked copying{.prepare = true, .copies = true, .sync = false};

const std::vector<place> places{
    {"before a closed statement", all, "", {{'3', event::nothing}, {'E', event::failed}}},
    {"before a parsed one", all, "3", {{'1', event::parsed}, {'E', event::failed}}},
    {"before its parameters", all, "31", {{'t', event::parameters}, {'E', event::failed}}},
    {"before its columns",
     all,
     "31t",
     {{'T', event::columns}, {'n', event::no_columns}, {'E', event::failed}}},
    {"before its values are bound", all, "31tT", {{'2', event::nothing}, {'E', event::failed}}},
    {"among its rows",
     all,
     "31tT2",
     {{'D', event::row},
      {'C', event::done},
      {'I', event::empty},
      {'s', event::suspended},
      {'E', event::failed}}},
    {"among rows that may not stop before the last",
     {},
     "2D",
     {{'D', event::row}, {'C', event::done}, {'I', event::empty}, {'E', event::failed}}},
    {"while rows are copied in",
     copying,
     "1tn2",
     {{'G', event::copy_in},
      {'D', event::row},
      {'C', event::done},
      {'I', event::empty},
      {'E', event::failed}}},
    {"behind its end", all, "31tT2C", {{'Z', event::ready}, {'E', event::failed}}},
    {"behind its failure", all, "31E", {{'Z', event::ready}, {'E', event::failed}}},
    {"behind all", all, "31tT2CZ", {}},
    {"behind the end of one without a Sync", {.sync = false}, "2C", {}},
    {"behind the failure of one without a Sync", {.sync = false}, "E", {}},
    {"at a Sync alone", {.execute = false}, "", {{'Z', event::ready}, {'E', event::failed}}},
    {"before the columns of a portal",
     {.bind = false, .look = true},
     "",
     {{'T', event::columns}, {'n', event::no_columns}, {'E', event::failed}}},
};

} // namespace

TEST_CASE("at each place of a statement's answers exactly the messages of the protocol are understood") {
    for (const place& p : places) {
        INFO(p.name);
        for (int code = 0; code < 256; ++code) {
            const char type = static_cast<char>(code);
            INFO("message " << code);
            extended_query turn = after(p.what, p.messages);
            const bool was_over = turn.over();
            const auto expected = p.fits.find(type);
            const event got = turn.on(type);
            if (expected != p.fits.end()) {
                CHECK(got == expected->second);
                continue;
            }
            CHECK(got == event::no_such_turn);
            CHECK(turn.over() == was_over);
            for (const auto& [fitting, what] : p.fits) { // it is where it was
                extended_query again = turn;
                CHECK(again.on(fitting) == what);
            }
        }
    }
}

TEST_CASE("whatever a statement asks for is answered in the order of its requests, and then it is over") {
    for (unsigned bits = 0; bits < 32; ++bits) {
        const asked a{.close = (bits & 1) != 0,
                      .prepare = (bits & 2) != 0,
                      .bind = (bits & 4) != 0,
                      .execute = (bits & 8) != 0,
                      .sync = (bits & 16) != 0};
        std::string answers;
        if (a.close) answers += "3";
        if (a.prepare) answers += "1tT";
        if (a.execute && a.bind) answers += "2";
        if (a.execute) answers += "DDC";
        if (a.sync) answers += "Z";
        INFO(answers);
        extended_query turn(a);
        for (const char type : answers) {
            CHECK(!turn.over());
            CHECK(turn.on(type) != event::no_such_turn);
        }
        CHECK(turn.over());
    }
}

TEST_CASE("wherever a statement fails, nothing of it comes behind that but what answers its Sync") {
    const std::string answers = "31tT2DC";
    for (std::size_t n = 0; n < answers.size(); ++n) {
        INFO("behind " << n << " messages");
        for (const bool synced : {true, false}) {
            asked a = all;
            a.sync = synced;
            extended_query turn = after(a, answers.substr(0, n));
            CHECK(turn.on('E') == event::failed);
            CHECK(turn.over() == !synced);
            CHECK(turn.was_parsed() == (n > 1));
            for (const char type : answers) CHECK(turn.on(type) == event::no_such_turn);
            CHECK(turn.on('Z') == (synced ? event::ready : event::no_such_turn));
            CHECK(turn.over());
        }
    }
}

TEST_CASE("a statement that the server skips is over at once, but for the Sync behind it") {
    extended_query silent({.close = true, .prepare = true, .sync = false}, skipped::yes);
    CHECK(silent.over());
    extended_query synced({.close = true, .prepare = true}, skipped::yes);
    CHECK(!synced.over());
    CHECK(synced.on('1') == event::no_such_turn);
    CHECK(synced.on('Z') == event::ready);
    CHECK(synced.over());
}

TEST_CASE("the end of a statement may be refused at its Sync, which is answered all the same") {
    extended_query turn = after({}, "2C");
    CHECK(turn.on('E') == event::failed);
    CHECK(!turn.over());
    CHECK(turn.on('Z') == event::ready);
    CHECK(turn.over());
}
