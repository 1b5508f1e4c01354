#pragma once
// Chunks on their way in: in one transaction, or each committed by itself.
#include <exception>
#include <hawser/db/bulk/call.hpp>
#include <memory>

namespace hawser::detail {

// All its tasks are awaited with this_coro::throw_if_cancelled(false): a cancellation shows between two chunks.
class bulk_feed {
public:
    // `total` rows, 0: not known.
    bulk_feed(handle on, const bulk_plan& plan, const bulk_options& options, std::size_t total);
    ~bulk_feed();
    bulk_feed(const bulk_feed&) = delete;
    bulk_feed& operator=(const bulk_feed&) = delete;

    // Atomic: opens the transaction, which is exempt from the limits of an interactive one; in one of the caller's
    // a savepoint. Else nothing.
    [[nodiscard]] task<void> begin();
    // The rows [first, last) of the call.
    [[nodiscard]] task<void> add(std::shared_ptr<bulk_call> call, std::size_t first, std::size_t last);
    // Keeps what was added. Given a failure an atomic feed keeps nothing, and throws it.
    [[nodiscard]] task<void> finish(std::exception_ptr failure);

    [[nodiscard]] std::size_t chunk() const noexcept { return chunk_; }
    [[nodiscard]] bool atomic() const noexcept { return options_.atomic; }
    // The failure as the caller gets it: with the place to go on from, where rows before it are kept.
    [[nodiscard]] std::exception_ptr told(std::exception_ptr failure) const;

private:
    handle on_;
    const bulk_plan& plan_;
    const bulk_options options_;
    const std::size_t chunk_;
    const std::size_t total_;
    const deadline due_;
    const bool joins_; // a transaction of the caller's
    std::size_t done_; // rows that are in
    bool begun_ = false;
};

// Sends one part of the call's rows; the index behind the last that is in. With may_pause that is not always `last`.
[[nodiscard]] task<std::size_t> send_rows(handle on, std::shared_ptr<bulk_call> call, deadline due,
                                          std::size_t first, std::size_t last, bool may_pause);

} // namespace hawser::detail
