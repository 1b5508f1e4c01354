// expect: hawser::stored_as: one word for each described enumerator, in their order
#include "schema.hpp"

namespace app {

enum class side { buy, sell };
BOOST_DESCRIBE_ENUM(side, buy, sell)
consteval auto hawser_words(hawser::of<side>) {
#ifdef MUST_FAIL
    return hawser::stored_as<side>("BUY");
#else
    return hawser::stored_as<side>("BUY", "SELL");
#endif
}

struct thing {
    std::int64_t id{};
    side direction{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, direction))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things", hawser::primary_key<&thing::id>);
}

} // namespace app

static_assert(app::checked<app::thing>);
