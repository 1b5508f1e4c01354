#pragma once
// Rows of any shape: db.query(hawser::sql(text), args...).
#include <concepts>
#include <cstddef>
#include <hawser/core/row.hpp>
#include <hawser/core/value.hpp>
#include <hawser/mapping/value_as.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser {

namespace detail {
class result_rows;
}

// What a statement returned, whole and in memory, with names and values known at run time only. Copies share it.
// Rows and values refer to the result: they live as long as one of its copies. The value behind any[i][j] may be
// copied out.
class result {
public:
    // One row.
    class row {
    public:
        [[nodiscard]] std::size_t size() const noexcept;
        // By place; throws out_of_range.
        template <std::integral I>
        [[nodiscard]] const value& operator[](I column) const {
            return at(static_cast<std::size_t>(column));
        }
        // By name; the first of several. Throws undefined_object, naming it.
        [[nodiscard]] const value& operator[](std::string_view column) const;
        [[nodiscard]] const value* begin() const noexcept { return first_; }
        [[nodiscard]] const value* end() const noexcept;

    private:
        friend class result;
        [[nodiscard]] const value& at(std::size_t column) const;
        row(const detail::result_rows& of, const value* first) noexcept : of_(&of), first_(first) {}
        const detail::result_rows* of_;
        const value* first_;
    };
    class iterator {
    public:
        using value_type = row;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        row operator*() const { return (*of_)[at_]; }
        iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator was = *this;
            ++at_;
            return was;
        }
        bool operator==(const iterator&) const = default;

    private:
        friend class result;
        iterator(const result& of, std::size_t at) noexcept : of_(&of), at_(at) {}
        const result* of_ = nullptr;
        std::size_t at_ = 0;
    };

    // Without columns and rows.
    result();

    // Also where there is no row; empty for a statement that returns none ever.
    [[nodiscard]] std::span<const std::string> column_names() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    // Throws out_of_range.
    [[nodiscard]] row operator[](std::size_t index) const;
    [[nodiscard]] iterator begin() const noexcept { return {*this, 0}; }
    [[nodiscard]] iterator end() const noexcept { return {*this, size()}; }

    explicit result(std::shared_ptr<const detail::result_rows> rows) noexcept : rows_(std::move(rows)) {}

private:
    std::shared_ptr<const detail::result_rows> rows_;
};

namespace detail {

// Collects a dynamic result.
class result_rows final : public row_sink {
public:
    void begin(std::span<const std::string_view> columns) override;
    bool row(std::span<const field_view> fields) override;

    std::vector<std::string> names;
    std::vector<value> values; // row after row

private:
    std::vector<std::shared_ptr<const std::string>> shared_names_;
};

} // namespace detail
} // namespace hawser
