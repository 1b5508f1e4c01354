// expect: hawser::default_: a member that a generator fills in has operator==
#include <hawser/json.hpp>
#include "schema.hpp"

namespace app {

struct plain {
    std::int64_t n{};
};
BOOST_DESCRIBE_STRUCT(plain, (), (n))
inline hawser::json<plain> make_doc() {
    return {};
}

struct thing {
    std::int64_t id{};
    hawser::json<plain> doc;
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, doc))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things"
#ifdef MUST_FAIL
                                ,
                                hawser::default_<&thing::doc>(make_doc)
#else
                                ,
                                hawser::validate<&thing::id>(hawser::positive)
#endif
                                    ,
                                hawser::primary_key<&thing::id>);
}

} // namespace app

constexpr auto text = hawser::create_sqlite<app::thing>;
