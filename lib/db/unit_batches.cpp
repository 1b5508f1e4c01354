#include "db/unit_batches.hpp"
#include <algorithm>

namespace hawser::detail {
namespace {

// The batch of each operation, one after the other.
class levels {
public:
    explicit levels(std::size_t first) : floor_(first), last_(first) {}

    [[nodiscard]] std::size_t of(const unit_operation& op) {
        unit_dependencies on;
        op.depend(on);
        if (on.inserted == nullptr) {
            inserted_.clear(); // later ones do not come before it
            return floor_ = last_;
        }
        std::size_t level = floor_;
        for (const unit_operation* giver : on.givers) level = std::max(level, giver->batch + 1);
        for (const table_info* table : on.referenced)
            for (const auto& [stored, there] : inserted_)
                if (stored == table) level = std::max(level, there);
        inserted_.emplace_back(on.inserted, level);
        last_ = std::max(last_, level);
        return level;
    }

private:
    std::size_t floor_; // of what comes next
    std::size_t last_;
    std::vector<std::pair<const table_info*, std::size_t>> inserted_;
};

} // namespace

std::vector<unit_batch> batches_of(std::span<const std::shared_ptr<unit_operation>> all, bool own_keys,
                                   std::size_t first) {
    std::vector<unit_batch> batches;
    levels level(first);
    for (const auto& op : all) {
        op->batch = own_keys ? first : level.of(*op);
        if (op->batch - first >= batches.size()) batches.resize(op->batch - first + 1);
        unit_batch& to = batches[op->batch - first];
        op->place = to.size();
        to.push_back(op);
    }
    return batches;
}

} // namespace hawser::detail
