// expect: hawser: the entity has no table; add consteval auto hawser_table(hawser::of<entity>) next to it
#include <hawser/hawser.hpp>
#include "schema.hpp"

struct stray {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(stray, (), (id))

#ifdef MUST_FAIL
using row = stray;
#else
using row = app::account;
#endif
void use(hawser::database& db) {
    hawser::repository<row> rows{db};
}
