// expect: hawser: upsert needs a natural primary key or exactly one hawser::unique<..>
#include "schema.hpp"

namespace app {

struct thing {
    std::int64_t id{};
    std::string name;
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, name))
consteval auto hawser_table(hawser::of<thing>) {
    return hawser::table<thing>("things",
#ifndef MUST_FAIL
                                hawser::unique<&thing::name>,
#endif
                                hawser::primary_key<&thing::id>.generated());
}

} // namespace app

constexpr auto& upsert = hawser::detail::statement_of<app::thing, hawser::detail::upsert_text<app::thing>>;
