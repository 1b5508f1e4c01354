#include <hawser/core/error.hpp>
#include <hawser/db/query_shape.hpp>

namespace hawser::detail {

engine::job_ptr counted(engine::job_ptr j) {
    j->batch.requests.back().parameter_count = static_cast<std::uint32_t>(j->batch.values.size());
    return j;
}

void require_transaction(const handle& on, engine::job& j) {
    const bool session = on.held && on.held->session;
    const bool read_only = on.held && on.held->read_only;
    if ((on.lease && !session && !read_only) || j.failure) return;
    error_info info;
    info.statement_name = j.batch.requests.front().what->name();
    if (read_only) {
        j.failure =
            make_error(errc::read_only,
                       "for_update() and for_share() need a transaction that may write: a read-only one "
                       "sees its snapshot, and locks nothing",
                       std::move(info));
        return;
    }
    j.failure =
        make_error(errc::misuse, "for_update() and for_share() need a transaction: a lock ends with it",
                   std::move(info));
}

} // namespace hawser::detail
