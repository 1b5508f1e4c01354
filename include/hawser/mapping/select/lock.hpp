#pragma once
// FOR UPDATE and its kin.
#include <hawser/core/statement.hpp>
#include <hawser/mapping/text.hpp>

namespace hawser::detail {

enum class lock_strength : unsigned char { none, update, share };
enum class lock_wait : unsigned char { wait, skip_locked, nowait };

// What a query does to the rows that it reads. On SQLite a transaction that may write has the database to itself:
// there is nothing to lock and nothing to say.
template <lock_strength Strength, lock_wait Wait>
struct row_lock {
    static constexpr lock_strength strength = Strength;
    static constexpr lock_wait wait = Wait;
    static constexpr void write(text_sink& s, dialect d) {
        if (d == dialect::sqlite || Strength == lock_strength::none) return;
        s << (Strength == lock_strength::update ? " for update" : " for share");
        if (Wait == lock_wait::skip_locked) s << " skip locked";
        if (Wait == lock_wait::nowait) s << " nowait";
    }
};
using no_lock = row_lock<lock_strength::none, lock_wait::wait>;

// A bound, and then the lock.
template <class Bound, class Lock>
struct locked {
    static constexpr void write(text_sink& s, dialect d, unsigned& last) {
        Bound::write(s, d, last);
        Lock::write(s, d);
    }
};
// Without a lock the bound alone: the same statement as before.
template <class Bound, class Lock>
struct tail_of {
    using type = locked<Bound, Lock>;
};
template <class Bound>
struct tail_of<Bound, no_lock> {
    using type = Bound;
};

template <class Tail>
inline constexpr bool locks = false;
template <class Bound, class Lock>
inline constexpr bool locks<locked<Bound, Lock>> = true;

} // namespace hawser::detail
