#pragma once
// Rows into structs, scalars, optionals and tuples; runs on the engine's threads.
#include <array>
#include <hawser/core/row.hpp>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/type_map.hpp>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace hawser::detail {

[[noreturn]] void throw_undecodable(std::string_view column, const field_view& field,
                                    std::string_view wanted);
[[noreturn]] void throw_column_count(std::size_t got, std::size_t wanted);
[[noreturn]] void throw_no_column(std::string_view member);

template <class V>
void decode_field(const field_view& f, V& out, std::string_view column) {
    if (decode(f, out)) return;
    using map = type_map<bare<V>>;
    if constexpr (requires { map::expects; })
        throw_undecodable(column, f, map::expects);
    else
        throw_undecodable(column, f, map::sqlite);
}

// How one row becomes a Row. `Named` matches columns by name (raw SQL), else they come in the struct's own order.
template <class Row, bool Named>
class row_decoder {
    static_assert(!std::is_same_v<Row, Row>,
                  "hawser: rows become described structs, mapped types, optionals of them, or tuples");
};

template <described T, bool Named>
class row_decoder<T, Named> {
public:
    void begin(std::span<const std::string_view> names) {
        if constexpr (Named) {
            std::size_t member = 0;
            for_each_column<T>([&](auto column) { place_[member++] = find(names, column.name); });
        } else if (names.size() != column_count<T>) {
            throw_column_count(names.size(), column_count<T>);
        }
    }
    void decode_row(std::span<const field_view> fields, T& out) const {
        std::size_t member = 0;
        for_each_column<T>([&](auto column) {
            const std::size_t at = Named ? place_[member] : member;
            ++member;
            decode_field(fields[at], out.*decltype(column)::pointer, column.name);
        });
    }

private:
    static std::size_t find(std::span<const std::string_view> names, std::string_view wanted) {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == wanted) return i;
        throw_no_column(wanted);
    }
    std::array<std::size_t, Named ? column_count<T> : 0> place_{};
};

template <class V, bool Named>
    requires mapped<bare<V>>
class row_decoder<V, Named> {
public:
    void begin(std::span<const std::string_view> names) const {
        if (names.size() != 1) throw_column_count(names.size(), 1);
    }
    void decode_row(std::span<const field_view> fields, V& out) const { decode_field(fields[0], out, "1"); }
};

// Columns without a name are called by their place, from 1.
template <std::size_t N>
struct place_name {
    static constexpr void write(text_sink& s) { s.number(static_cast<std::int64_t>(N)); }
};

template <class... V, bool Named>
class row_decoder<std::tuple<V...>, Named> {
public:
    void begin(std::span<const std::string_view> names) const {
        if (names.size() != sizeof...(V)) throw_column_count(names.size(), sizeof...(V));
    }
    void decode_row(std::span<const field_view> fields, std::tuple<V...>& out) const {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (decode_field(fields[I], std::get<I>(out), static_text<place_name<I + 1>>::view), ...);
        }(std::index_sequence_for<V...>{});
    }
};

// How many rows there is to be room for once there is none behind `rows` of so many bytes each. A server does not tell how
// many will come, and each growth copies what is there into fresh pages, which cost more than the copy: an answer grows
// eightfold from 64 KiB to 8 MiB, else twofold. What is reserved and never touched takes addresses and no memory.
[[nodiscard]] constexpr std::size_t next_capacity(std::size_t rows, std::size_t row_bytes) noexcept {
    constexpr std::size_t small = std::size_t{64} << 10;
    constexpr std::size_t large = std::size_t{8} << 20;
    const std::size_t bytes = rows * row_bytes;
    return rows == 0 ? 1 : rows * (bytes >= small && bytes < large ? 8 : 2);
}

// Collects rows; at most `most` of them.
template <class Row, bool Named>
class collected_rows final : public row_sink {
public:
    explicit collected_rows(std::size_t most) noexcept : most_(most) {}
    void begin(std::span<const std::string_view> columns) override {
        rows.clear(); // a statement that is run again begins anew
        decoder_.begin(columns);
    }
    void expect(std::size_t count) override { rows.reserve(count < most_ ? count : most_); }
    bool row(std::span<const field_view> fields) override {
        if constexpr (std::is_same_v<Row, bool>) { // std::vector<bool> has no bools to refer to
            bool value{};
            decoder_.decode_row(fields, value);
            rows.push_back(value);
        } else {
            if (rows.size() == rows.capacity()) expect(next_capacity(rows.size(), sizeof(Row)));
            decoder_.decode_row(fields, rows.emplace_back());
        }
        return rows.size() < most_;
    }
    void at_most(std::size_t most) noexcept { most_ = most; }
    std::vector<Row> rows;

private:
    std::size_t most_;
    row_decoder<Row, Named> decoder_;
};

} // namespace hawser::detail
