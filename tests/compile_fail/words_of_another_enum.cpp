// expect: hawser: hawser_words(of<enum>) gives the words of another enum
#include "schema.hpp"

namespace app {

enum class side { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)
enum class way { up, down };
BOOST_DESCRIBE_ENUM(way, up, down)
consteval auto hawser_words(hawser::of<side>) {
#ifdef MUST_FAIL
    return hawser::stored_as<way>("BUY", "SELL");
#else
    return hawser::stored_as<side>("BUY", "SELL");
#endif
}

struct thing {
    std::int64_t id{};
    app::side side{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, side))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
