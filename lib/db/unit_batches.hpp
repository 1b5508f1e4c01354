#pragma once
// Which operations of a unit of work go to the engine together.
#include <hawser/db/unit_of_work.hpp>
#include <memory>
#include <span>
#include <vector>

namespace hawser::detail {

using unit_batch = std::vector<std::shared_ptr<unit_operation>>;

// Operations without bodies, in the order of registration; each is told its batch, numbered from `first`, and its place
// there. `own_keys`: the engine takes keys that are made in the same batch, so that there is one.
//
// Else a row comes in a batch after those whose keys it is bound to. An insert goes as early as that allows, but
// neither before what is no insert nor before inserts into tables that it references by values of its own; what is no
// insert goes with the last of those registered before it. So every statement meets what it would meet if all went one
// by one.
[[nodiscard]] std::vector<unit_batch> batches_of(std::span<const std::shared_ptr<unit_operation>> all,
                                                 bool own_keys, std::size_t first);

} // namespace hawser::detail
