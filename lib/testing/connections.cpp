#include "testing/connections.hpp"

namespace hawser::testing::detail {

void connections::add(const std::shared_ptr<engine::lease>& lease, const engine::lease* session,
                      bool is_session) {
    const std::lock_guard lock(mutex_);
    std::erase_if(all_, [](const auto& c) { return c.second.held.expired(); });
    all_[lease.get()] = {lease, session, is_session, false};
}

bool connections::is_lost(const engine::lease& lease) const {
    const std::lock_guard lock(mutex_);
    const auto it = all_.find(&lease);
    if (it == all_.end()) return false;
    const auto session = all_.find(it->second.session);
    return it->second.lost || (session != all_.end() && session->second.lost);
}

bool connections::is_session(const engine::lease& lease) const {
    const std::lock_guard lock(mutex_);
    const auto it = all_.find(&lease);
    return it != all_.end() && it->second.is_session;
}

void connections::lose(const std::shared_ptr<engine::lease>& lease) {
    if (!lease) return;
    std::shared_ptr<engine::lease> session;
    {
        const std::lock_guard lock(mutex_);
        auto& c = all_[lease.get()];
        c.lost = true;
        if (const auto outer = all_.find(c.session); outer != all_.end()) {
            outer->second.lost = true;
            session = outer->second.held.lock();
        }
    }
    lease->release();
    if (session) session->release();
}

} // namespace hawser::testing::detail
