#pragma once
// The symptoms in docs/errors.md: what brings an engine to say each.
#include "on_each_market.hpp"
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

namespace market {

using hawser::errc;
using support::fresh_place;

// Whose words the page has.
enum class said_by : unsigned char { both_alike, each_its_own, sqlite, postgres };

struct symptom {
    const char* name; // in the page
    errc kind;
    const char* id;
    hawser::error (*produce)(const fresh_place&);
    said_by who;
};

// Those that both engines have, alike or in words of their own, and those that one has.
[[nodiscard]] std::vector<symptom> shared_symptoms();
[[nodiscard]] std::vector<symptom> sqlite_symptoms();
[[nodiscard]] std::vector<symptom> postgres_symptoms();

// What body(db) returns, in the market.
template <class Body>
hawser::error in_market(const fresh_place& at, Body body, const hawser::open_options& options = {}) {
    hawser::error seen;
    auto keep = [&](hawser::database db) -> task<> { seen = co_await body(db); };
    on_market(at, keep, options);
    return seen;
}
inline hawser::error on_opening(const std::string& url) {
    auto main = [&]() -> task<hawser::error> { co_return co_await error_of(hawser::open(url)); };
    return hawser::run(main());
}

// SQLite's.
inline std::filesystem::path file_of(const fresh_place& at) {
    return at.url().substr(std::string_view("sqlite:").size());
}

inline task<position> stored(hawser::database db, const char* symbol) {
    position p = make_position(symbol, 1);
    co_await hawser::repository<position>{db}.insert(p);
    co_return p;
}

// What the engine has in hand when it is asked for something else.
inline task<> let_others_begin() {
    const auto ex = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(ex, boost::asio::use_awaitable);
}

} // namespace market
