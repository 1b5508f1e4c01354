// The symptoms in docs/errors.md: each is produced here by its engines, and is what the page says.
// HAWSER_WRITE_DOCS=1 unit_db [docs] writes the messages there.
#include "support/source_tree.hpp"
#include "symptoms.hpp"
#include <cstdlib>
#include <fstream>
#include <hawser/observe/log_observer.hpp>
#include <map>
#include <regex>
#include <set>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sstream>

using namespace market;
using namespace std::chrono_literals;
using support::place;

namespace {

const std::vector<symptom>& symptoms() {
    static const std::vector<symptom> all = [] {
        std::vector<symptom> some = shared_symptoms();
        for (const auto& more : {sqlite_symptoms(), postgres_symptoms()})
            some.insert(some.end(), more.begin(), more.end());
        return some;
    }();
    return all;
}
std::vector<place> places_of(const symptom& s) {
    if (s.who == said_by::sqlite) return {place::file};
    if (s.who == said_by::postgres) return {place::postgres};
    return support::each_engine();
}
// In the page.
std::string mark_of(const symptom& s, place at) {
    return s.who == said_by::each_its_own && at == place::postgres ? std::string(s.name) + "-on-postgres"
                                                                   : s.name;
}

void replace_all(std::string& in, const std::string& what, const std::string& by) {
    for (std::size_t i = 0; (i = in.find(what, i)) != std::string::npos; i += by.size())
        in.replace(i, what.size(), by);
}

// What differs from run to run is put as it is in the page.
std::string normalised(std::string words, const fresh_place& at) {
    if (at.on_postgres()) {
        replace_all(words, at.server().cluster().folder().string(), "/run/postgresql");
        replace_all(words, std::to_string(at.server().cluster().port()), "5432");
        words = std::regex_replace(words, std::regex(R"(\bbase/\d+/\d+)"), "base/16384/16390");
    } else {
        replace_all(words, file_of(at).string(), "/data/market.db");
        replace_all(words, file_of(at).parent_path().string(), "/data");
    }
    words = std::regex_replace(words, std::regex(R"(\w+\.cpp:\d+)"), "engine.cpp:42");
    words = std::regex_replace(words, std::regex(R"(\bfor [0-9.]+ (s|ms|us)\b)"), "for 0.02 s");
    return std::regex_replace(words, std::regex(R"(: [0-9.]+ ms\b)"), ": 250.0 ms");
}

const auto page_file = [] { return support::source_tree() / "docs/errors.md"; };

// The sections of the page that tell of one code each, with their headings.
std::vector<std::string> sections_of(const std::string& page) {
    std::vector<std::string> found;
    for (std::size_t at = page.find("\n### "); at != std::string::npos;) {
        const std::size_t next = page.find("\n##", at + 1);
        found.push_back(page.substr(at + 1, next == std::string::npos ? next : next - at - 1));
        at = page.find("\n### ", at + 1);
    }
    return found;
}

// The line below the symptom's mark, in the section of its code, is what the engine says.
void check_on_page(const std::string& name, std::string_view id, const std::string& words) {
    CHECK(words.find('\n') == std::string::npos);
    CHECK(words.find("secret") == std::string::npos);
    std::string page = support::text_of(page_file());
    const std::string mark = "<!-- symptom: " + name + " -->\n    ";
    const auto at = page.find(mark);
    REQUIRE(at != std::string::npos);
    const auto heading = page.rfind("\n### ", at) + 1;
    CHECK(page.substr(heading, page.find(':', heading) - heading) == "### " + std::string(id));
    const auto first = at + mark.size(), length = page.find('\n', first) - first;
    if (std::getenv("HAWSER_WRITE_DOCS")) {
        page.replace(first, length, words);
        std::ofstream(page_file()) << page;
    } else {
        INFO("where docs/errors.md is stale, HAWSER_WRITE_DOCS=1 unit_db [docs] renews it");
        CHECK(page.substr(first, length) == words);
    }
}

} // namespace

TEST_CASE(
    "each engine gives each error in the page of errors the kind, the id and the words that stand there",
    "[db][docs]") {
    const symptom& s =
        symptoms().at(static_cast<std::size_t>(GENERATE(range(0, static_cast<int>(symptoms().size())))));
    CAPTURE(s.name);
    support::on_each_engine(places_of(s), [&](const fresh_place& at) {
        const hawser::error e = s.produce(at);
        CHECK(e.kind() == s.kind);
        CHECK(e.id() == s.id);
        CHECK(e.retryable() == is_contention(s.kind));
        CHECK(e.may_have_executed() == (s.kind == errc::commit_unknown));
        check_on_page(mark_of(s, at.kind()), s.id, normalised(e.what(), at));
    });
}

TEST_CASE("a slow statement is logged in the words of the page of errors", "[db][docs]") {
    support::on_each_engine([](const fresh_place& at) {
        std::ostringstream out;
        const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
        sink->set_pattern("[%n] [%l] %v");
        hawser::log_observer log(std::make_shared<spdlog::logger>("hawser", sink),
                                 {.slow_from = 0ms, .alert_from = 1h});
        const auto ask = [](hawser::database db) -> task<> {
            co_await db.with({.name = "risk.load"})
                .query_one<std::int64_t, "select count(*) from positions">();
        };
        on_market(at, ask, {.observer = &log});
        const std::string text = out.str();
        const auto first = text.rfind('\n', text.find("risk.load")) + 1;
        check_on_page("slow", "DB_PERF_001",
                      normalised(text.substr(first, text.find('\n', first) - first), at));
    });
}

TEST_CASE(
    "PostgreSQL produces every kind of error, and SQLite those that the page does not mark as PostgreSQL's",
    "[db][docs]") {
    std::map<place, std::set<errc>> produced;
    for (const symptom& s : symptoms())
        for (const place at : places_of(s)) produced[at].insert(s.kind);
    const std::string page = support::text_of(page_file());
    for (int i = 1; i <= static_cast<int>(errc::unsupported); ++i) {
        const auto kind = static_cast<errc>(i);
        const std::string name(to_string(kind));
        INFO(name);
        CHECK(produced[place::postgres].contains(kind));
        const auto row = page.find("\n| " + name + " | ");
        REQUIRE(row != std::string::npos);
        const bool marked =
            page.substr(row, page.find('\n', row + 1) - row).find("\u2020") != std::string::npos;
        CHECK(produced[place::file].contains(kind) == !marked);
    }
}

TEST_CASE("the page of errors shows no symptom that is not produced", "[db][docs]") {
    const std::string page = support::text_of(page_file());
    std::set<std::string> produced{"slow"}, shown;
    for (const symptom& s : symptoms())
        for (const place at : places_of(s)) produced.insert(mark_of(s, at));
    const std::regex mark("<!-- symptom: (\\S+) -->");
    for (std::sregex_iterator one(page.begin(), page.end(), mark), end; one != end; ++one)
        CHECK(shown.insert((*one)[1]).second);
    CHECK(shown == produced);
}

TEST_CASE("the page of errors says symptom, cause and cure of every code", "[db][docs]") {
    std::set<std::string_view> ids{"DB_PERF_001"};
    for (const symptom& s : symptoms()) ids.insert(s.id);
    std::size_t told = 0;
    for (const std::string& section : sections_of(support::text_of(page_file()))) {
        INFO(section);
        if (!section.starts_with("### DB_")) continue;
        ++told;
        for (const char* part : {"<!-- symptom: ", "\n*Cause.* ", "\n*Cure.* "})
            CHECK(section.find(part) != std::string::npos);
    }
    CHECK(told == ids.size());
}
