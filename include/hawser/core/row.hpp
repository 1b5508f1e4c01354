#pragma once
// Where rows go to and come from; both run on the engine's threads.
#include <hawser/core/field_view.hpp>
#include <hawser/core/parameters.hpp>
#include <cstddef>
#include <span>
#include <string_view>

namespace hawser {

// Takes the rows of one statement, in their order. Called on an engine's thread, one call at a time, before
// the caller is resumed; what it builds is moved out by the caller afterwards. May throw hawser::error: the
// statement then fails with that error.
class row_sink {
public:
    virtual ~row_sink() = default;
    // Before the first row, also where there is none. Names are valid during the call only.
    virtual void begin(std::span<const std::string_view> columns) = 0;
    // Fields are valid during the call only. False: no more rows are wanted.
    virtual bool row(std::span<const field_view> fields) = 0;
};

// The rows of a bulk statement. Called on an engine's thread while the caller is suspended.
class row_source {
public:
    virtual ~row_source() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    // Appends the values of row `index`, in the order of the statement's columns.
    virtual void encode(std::size_t index, parameters& to) const = 0;
    // The key that row `index` was given. Not called for statements without generated keys.
    virtual void assigned(std::size_t index, std::int64_t key) = 0;
};

} // namespace hawser
