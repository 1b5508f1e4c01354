#pragma once
// The bound values of a batch: a flat list of fields, and the memory that their text lives in.
#include <hawser/core/decimal_digits.hpp>
#include <hawser/core/field_view.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser {

// Values are appended in placeholder order. By default text and bytes are copied into memory that the list
// owns, so that nothing of the caller's is touched after the call; in borrowing mode (bulk spans) they are
// pointed to, and must live until the list is cleared. Addresses of copied text stay valid until clear().
class parameters {
public:
    enum class text_mode { copy, borrow };

    explicit parameters(text_mode mode = text_mode::copy) noexcept : mode_(mode) {}
    parameters(const parameters&) = delete;
    parameters& operator=(const parameters&) = delete;

    // The mode of what is appended from now on; gives the one before.
    text_mode use(text_mode mode) noexcept { return std::exchange(mode_, mode); }

    void null() { fields_.push_back(field_view::null()); }
    void boolean(bool v) { fields_.push_back(field_view::of(field_type::boolean, v ? 1 : 0)); }
    void integer(std::int64_t v) { fields_.push_back(field_view::of(field_type::int64, v)); }
    void real(double v) { fields_.push_back(field_view::of(v)); }
    void decimal(std::int64_t scaled, unsigned scale) {
        fields_.push_back(field_view::of(field_type::decimal, scaled, static_cast<std::uint8_t>(scale)));
    }
    // Of any size: sent as 16 bytes.
    void wide_decimal(detail::int128 scaled, unsigned scale);
    void timestamp(hawser::timestamp at) {
        fields_.push_back(field_view::of(field_type::instant, at.time_since_epoch().count()));
    }
    void date(std::chrono::sys_days at) {
        fields_.push_back(field_view::of(field_type::date, at.time_since_epoch().count()));
    }
    void duration(std::chrono::microseconds d) {
        fields_.push_back(field_view::of(field_type::duration, d.count()));
    }
    // The generated key of an earlier request of the same batch.
    void key_of(std::size_t request) {
        fields_.push_back(field_view::of(field_type::key_of, static_cast<std::int64_t>(request)));
    }
    // type is text, bytes, json or uuid. Throws out_of_range at 2 GiB and above.
    void text(std::string_view v, field_type type = field_type::text);
    // Text with static storage duration: never copied.
    void static_text(std::string_view v);
    // Text made for this call: always copied, whatever the mode.
    void made_text(std::string_view v, field_type type = field_type::text);
    // Makes one value, a list, of the values from index `first` on. `element` is what they are, or would be; null
    // where that is not known. Throws misuse for a list in a list.
    void fold(std::size_t first, field_type element);

    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    [[nodiscard]] std::span<const field_view> slice(std::size_t first, std::size_t count) const noexcept {
        return {fields_.data() + first, count};
    }
    // What the list holds on to, in bytes: fields and copied text.
    [[nodiscard]] std::size_t bytes() const noexcept { return fields_.size() * sizeof(field_view) + copied_; }

    // All memory that the list has, in use or kept, in bytes.
    [[nodiscard]] std::size_t memory() const noexcept;

    void swap(parameters& other) noexcept;

    // Forgets all values. Of the memory a few kilobytes are kept for the next use.
    void clear() noexcept;

private:
    char* allocate(std::size_t size);
    field_view* allocate_fields(std::size_t count);

    text_mode mode_;
    std::vector<field_view> fields_;
    std::unique_ptr<char[]> chunk_;             // small values are cut from here
    std::vector<std::unique_ptr<char[]>> full_; // used-up chunks and large values
    std::size_t left_ = 0;                      // in chunk_
    std::size_t copied_ = 0;
    std::size_t full_bytes_ = 0; // behind full_
};

} // namespace hawser
