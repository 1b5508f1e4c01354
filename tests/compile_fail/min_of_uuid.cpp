// expect: hawser: min() and max() are not for bool, uuid, bytes and json
#include <hawser/hawser.hpp>
#include "schema.hpp"

struct sealed {
    hawser::uuid id{};
    std::int32_t size{};
};
BOOST_DESCRIBE_STRUCT(sealed, (), (id, size))
consteval auto hawser_table(hawser::of<sealed>) {
    return hawser::table<sealed>("sealed", hawser::primary_key<&sealed::id>);
}

void use(hawser::repository<sealed> rows) {
#ifdef MUST_FAIL
    (void)rows.min<&sealed::id>();
#else
    (void)rows.min<&sealed::size>();
#endif
}
