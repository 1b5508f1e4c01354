#pragma once
// Databases and fork(): a child has its parent's connections in its memory, but neither their threads nor their locks.

namespace hawser::sqlite {

// Belongs to the process that made it. While one lives, children that are forked off inherit open files: what they
// would open is refused, since SQLite takes the locks that it remembers of the parent for its own. exec() ends that.
class process_bound {
public:
    // Throws connect_failed in a child that inherited open files.
    process_bound();
    ~process_bound();
    process_bound(const process_bound&) = delete;
    process_bound& operator=(const process_bound&) = delete;

    // This process was forked off the one that it belongs to.
    [[nodiscard]] bool is_inherited() const noexcept;

private:
    const unsigned process_;
};

} // namespace hawser::sqlite
