// expect: hawser: the entity is not described; add BOOST_DESCRIBE_STRUCT(entity, (bases), (members))
#include <hawser/hawser.hpp>
#include "schema.hpp"

struct stray {
    std::int64_t id{};
};

#ifdef MUST_FAIL
using row = stray;
#else
using row = app::account;
#endif
void use(hawser::database& db) {
    hawser::repository<row> rows{db};
}
