// How a pipeline goes about a CancelRequest, which hits whatever the session does when it comes.
#include "postgres/control.hpp"
#include "postgres/pipeline.hpp"

namespace hawser::postgres {

void pipeline::stop(const engine::job& j) noexcept {
    if (!leased_) return;
    for (const auto& f : live_) {
        if (f->job.get() != &j || f->stopping) continue;
        f->stopping = true;
        ++stopping_;
    }
}

bool pipeline::can_be_hit(std::uint64_t written) const noexcept {
    if (!is_stopping() || steps_.empty()) return false;
    const step& s = steps_.front();
    return s.end <= written && !s.of->undoing && s.what != &rollback_statement();
}

} // namespace hawser::postgres
