#include "testing/steps.hpp"
#include <string>

namespace hawser::testing::detail {
namespace {

using engine::verb;

std::string name_of(const engine::job& j) {
    switch (j.what) {
    case verb::connect: return "connect";
    case verb::begin: return "BEGIN";
    case verb::commit: return "COMMIT";
    case verb::rollback: return "ROLLBACK";
    case verb::hand_back: return "hand back";
    case verb::savepoint: return "SAVEPOINT " + std::to_string(j.level);
    case verb::release: return "RELEASE " + std::to_string(j.level);
    case verb::rollback_to: return "ROLLBACK TO " + std::to_string(j.level);
    case verb::script: return "script";
    case verb::ping: return "ping";
    case verb::fetch: return "fetch";
    case verb::forget_statements: return "forget statements";
    case verb::run:
    case verb::open_cursor: break;
    }
    return "statement";
}

} // namespace

bool writes(const engine::job& j) noexcept {
    return j.what == verb::script || (j.what == verb::run && j.batch.mode != engine::batch_mode::read);
}

std::vector<step> steps_of(const engine::job& j, bool stands_alone) {
    std::vector<step> all;
    const auto itself = [&](bool commits) { all.push_back({name_of(j), std::string(j.name), {}, commits}); };
    if (j.what == verb::begin || j.what == verb::connect) itself(false);
    if (j.what != verb::fetch)
        for (std::size_t i = 0; i < j.batch.requests.size(); ++i) {
            const std::string_view own = j.batch.requests[i].what->name();
            const bool nameless = own == "sql" && !j.name.empty();
            all.push_back({std::string(nameless ? j.name : own), std::string(j.name), i, false});
        }
    if (j.what == verb::commit)
        itself(true);
    else if (all.empty())
        itself(false);
    if (stands_alone && writes(j)) {
        const bool each = j.batch.mode == engine::batch_mode::independent;
        for (std::size_t i = 0; i < all.size(); ++i) all[i].commits = each || i + 1 == all.size();
    }
    return all;
}

} // namespace hawser::testing::detail
