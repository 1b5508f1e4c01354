// expect: hawser: an expression of select<Row>() may be NULL
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
    (void)parcels.include<&parcel::sender_id>()
        .select<std::string>(hawser::max(col<&account::owner>))
        .group_by(col<&parcel::sender_id>)
        .all();
#else
    (void)parcels.join<&parcel::sender_id>()
        .select<std::string>(hawser::max(col<&account::owner>))
        .group_by(col<&parcel::sender_id>)
        .all();
#endif
}
