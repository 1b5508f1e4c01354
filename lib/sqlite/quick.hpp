#pragma once
// What may run on a caller's thread: nothing that takes longer than looking up some rows.
#include <algorithm>
#include <hawser/engine/job.hpp>

namespace hawser::sqlite {

[[nodiscard]] inline bool is_quick(const engine::job& j) noexcept {
    constexpr std::size_t most = 64; // statements of a unit of work
    return j.what == engine::verb::run && j.batch.requests.size() <= most &&
           std::all_of(j.batch.requests.begin(), j.batch.requests.end(),
                       [](const engine::request& r) { return r.bulk == nullptr && r.what->one_row(); });
}

} // namespace hawser::sqlite
