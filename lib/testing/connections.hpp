#pragma once
// Which leases a plan has cut off.
#include <hawser/engine/lease.hpp>
#include <map>
#include <memory>
#include <mutex>

namespace hawser::testing::detail {

// Thread-safe.
class connections {
public:
    void add(const std::shared_ptr<engine::lease>& lease, const engine::lease* session, bool is_session);
    // It, or the session it is within, was lost.
    [[nodiscard]] bool is_lost(const engine::lease& lease) const;
    // Of a session: what it stands for is no transaction.
    [[nodiscard]] bool is_session(const engine::lease& lease) const;
    // Its connection is gone: the engine undoes what was open on it. Null: of the shared lane, nothing.
    void lose(const std::shared_ptr<engine::lease>& lease);

private:
    struct connection {
        std::weak_ptr<engine::lease> held;
        const engine::lease* session = nullptr;
        bool is_session = false;
        bool lost = false;
    };
    mutable std::mutex mutex_;
    std::map<const engine::lease*, connection> all_;
};

} // namespace hawser::testing::detail
