// expect: hawser: is_null() on a member that is not optional is never true
#include <hawser/hawser.hpp>
#include "schema.hpp"

using app::account;
using hawser::col;

struct parcel {
    std::int64_t id{};
    std::optional<std::int64_t> sender_id;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (id, sender_id))
consteval auto hawser_table(hawser::of<parcel>) {
    return hawser::table<parcel>("parcels", hawser::primary_key<&parcel::id>.generated(),
                                 hawser::references<&parcel::sender_id, account>);
}

void use(hawser::repository<parcel> parcels) {
#ifdef MUST_FAIL
    (void)parcels.join<&parcel::sender_id>().where(col<&account::owner>.is_null()).all();
#else
    (void)parcels.include<&parcel::sender_id>().where(col<&account::owner>.is_null()).all();
#endif
}
