#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <hawser/testing/fake_call.hpp>

namespace hawser::detail {

std::shared_ptr<const fake_settings> fake_settings::with(const testing::fake_options& options) const {
    auto changed = std::make_shared<fake_settings>(*this);
    if (options.clock) changed->clock = options.clock;
    if (options.uuids) changed->uuids = options.uuids;
    if (!options.actor.empty()) changed->actor = options.actor;
    if (!options.reason.empty()) changed->reason = options.reason;
    return changed;
}

timestamp fake_settings::now() const noexcept {
    if (clock) return clock->now();
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

task<void> take_turn() {
    co_await boost::asio::post(boost::asio::use_awaitable);
}

} // namespace hawser::detail
