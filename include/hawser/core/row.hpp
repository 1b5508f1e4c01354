#pragma once
// Where rows go to and come from; both run where the engine works: on a thread of its own, or on the caller's where it
// was opened with `sqlite.writer=inline`.
#include <hawser/core/field_view.hpp>
#include <hawser/core/parameters.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hawser {

// Takes the rows of one statement, in their order. Called where the engine works, one call at a time, before
// the caller is resumed; what it builds is moved out by the caller afterwards. May throw hawser::error: the
// statement then fails with that error.
class row_sink {
public:
    virtual ~row_sink() = default;
    // Before the first row, also where there is none. Names are valid during the call only.
    virtual void begin(std::span<const std::string_view> columns) = 0;
    // About so many rows will come; may be told before the first.
    virtual void expect(std::size_t rows) { static_cast<void>(rows); }
    // Fields are valid during the call only. False: no more rows are wanted.
    virtual bool row(std::span<const field_view> fields) = 0;
};

// The rows of a bulk statement. Called where the engine works, while the caller is suspended.
class row_source {
public:
    virtual ~row_source() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    // Appends the values of row `index`, in the order of the statement's columns.
    virtual void encode(std::size_t index, parameters& to) const = 0;
    // The key that row `index` was given. Not called for statements without generated keys.
    virtual void assigned(std::size_t index, std::int64_t key) = 0;
    // Of updates: the values that find row `index` by its key alone.
    virtual void encode_key(std::size_t index, parameters& to) const {
        static_cast<void>(index), static_cast<void>(to);
    }
    // Of updates: row `index` was not there as it was given; whether a row has its key.
    virtual void missed(std::size_t index, bool exists) {
        static_cast<void>(index), static_cast<void>(exists);
    }
    // What row `index` is called in failures.
    [[nodiscard]] virtual std::size_t position(std::size_t index) const { return index; }
};

} // namespace hawser
