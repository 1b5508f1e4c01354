#pragma once
// How a bulk call runs, and what it answers.
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace hawser {

// Refers to a callable of (rows done, rows in all). It is not copied: name it before the call, it must live until
// the task completes. Functions and lambdas without captures may be given as they are.
class progress_ref {
public:
    constexpr progress_ref() noexcept = default;
    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, progress_ref> &&
                 std::invocable<F&, std::size_t, std::size_t>)
    progress_ref(F&& f) noexcept {
        if constexpr (std::is_convertible_v<F, function*>) {
            plain_ = f;
            call_ = [](const progress_ref& self, std::size_t done, std::size_t total) {
                self.plain_(done, total);
            };
        } else {
            static_assert(std::is_lvalue_reference_v<F>, "hawser: name the progress callback before the "
                                                         "call; it is called while the task runs");
            object_ = const_cast<void*>(static_cast<const void*>(std::addressof(f)));
            call_ = [](const progress_ref& self, std::size_t done, std::size_t total) {
                (*static_cast<std::remove_reference_t<F>*>(self.object_))(done, total);
            };
        }
    }

    explicit operator bool() const noexcept { return call_ != nullptr; }
    void operator()(std::size_t done, std::size_t total) const { call_(*this, done, total); }

private:
    using function = void(std::size_t, std::size_t);
    function* plain_ = nullptr;
    void* object_ = nullptr;
    void (*call_)(const progress_ref&, std::size_t, std::size_t) = nullptr;
};

// Of bulk_insert, bulk_update, bulk_upsert, bulk_erase and copy_in.
//
// Errors: the first failure, with the row's index in info().row or violations()[i].row; with .atomic = false also
// info().resume_from.
// Lifetimes: trivially destructible; rows, keys and the progress callback are borrowed until the task completes.
// Threads: the callback is called on the awaiting executor.
// Cancellation: `total` before the first chunk only, `partial` and `terminal` between two as well. An atomic call has
// stored nothing then, others what resume_from says.
struct bulk_options {
    // All rows or none, in one transaction. False: each chunk is committed, and others get their turn between
    // them (on SQLite a chunk that lasts is committed in parts); a failure is thrown with e.info().resume_from.
    // In a transaction of the caller's a failure then leaves the chunks before it in that transaction.
    bool atomic = true;
    std::size_t chunk = 4096; // rows; 0: as many as this default
    // Called on the awaiting executor after each chunk. What it throws ends the call like any failure. Rows in all
    // are 0 where the range does not know its size; in an atomic call rows that are done are not yet committed.
    progress_ref progress{};
    std::size_t resume_from = 0; // leaves out so many rows at the front: those of a call that has failed
};
static_assert(std::is_trivially_destructible_v<bulk_options>);

struct upsert_counts {
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    bool operator==(const upsert_counts&) const = default;
};

enum class miss : std::uint8_t {
    missing, // no row has the key
    stale    // it has another version
};

// A row that bulk_update did not find as it was given.
template <class Key>
struct missed_row {
    std::size_t row; // index within the call
    Key key;
    miss why;
    bool operator==(const missed_row&) const = default;
};

} // namespace hawser
