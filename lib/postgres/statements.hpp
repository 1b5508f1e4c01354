#pragma once
// The prepared statements of one connection: what it keeps, and under which names.
#include "postgres/prepared.hpp"
#include <cstddef>
#include <hawser/core/field_view.hpp>
#include <hawser/core/statement.hpp>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hawser::postgres {

// How a statement is sent: as it is, or so that no row affected is an error on the server (22012), which undoes what
// else is in its unit.
enum class wording : unsigned char { plain, must_affect };

// Statements with static storage are found by their address, others by their text. One that several calls bind with
// values of different types is kept once for each list of types. Beyond `capacity` the one that was used least recently
// goes; never one that is on the wire.
//
// Invariants
// 1. A prepared that find() gave stays where it is until forget() or eviction, and then until its last step is over.
// 2. Names are never used twice on one connection.
class statements {
public:
    explicit statements(std::size_t capacity = 256) : capacity_(capacity) {}

    // The statement's place; `unknown` where it must be parsed.
    [[nodiscard]] prepared& find(const statement& what, std::span<const field_view> values, wording how);
    void hold(prepared& p) noexcept { ++p.in_flight; }
    void release(prepared& p) noexcept;
    // It is to be parsed anew: the server does not have it, or has it otherwise.
    void forget(prepared& p, bool on_server = false) noexcept;
    // The server has forgotten all: DISCARD ALL, DEALLOCATE ALL. `perhaps`: and what it still has is to be closed.
    void forget_all(bool perhaps = false) noexcept;
    // Same, of those with parameters or columns of the database's own types, which may be others now.
    void forget_own_types() noexcept;

    // Names that the server still has and nobody uses: to be closed.
    [[nodiscard]] bool has_gone() const noexcept { return !gone_.empty(); }
    [[nodiscard]] std::string take_gone();
    void keep_gone(std::string name) { gone_.push_back(std::move(name)); }

    [[nodiscard]] std::size_t size() const noexcept { return by_key_.size(); }

private:
    struct key {
        const void* place; // of a static statement
        std::uint64_t types;
        std::string_view text; // of another
        wording how;
        bool operator==(const key&) const = default;
    };
    struct hash {
        std::size_t operator()(const key& k) const noexcept;
    };
    struct entry {
        prepared form;
        std::string text;
        key under{};
    };
    void drop(entry& e) noexcept;
    [[nodiscard]] entry* oldest() noexcept;

    const std::size_t capacity_;
    std::uint64_t uses_ = 0;
    std::uint64_t named_ = 0;
    std::vector<std::string> gone_;
    std::list<entry> entries_; // prepared is the first member of each
    std::unordered_map<key, std::list<entry>::iterator, hash> by_key_;
};

} // namespace hawser::postgres
