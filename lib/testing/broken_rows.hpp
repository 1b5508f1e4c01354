#pragma once
#include <exception>
#include <hawser/core/row.hpp>

namespace hawser::testing::detail {

// The rows of a bulk statement, of which the middle one cannot be read: those before it are in the engine by then.
class broken_rows final : public row_source {
public:
    broken_rows(row_source& whole, std::exception_ptr why) noexcept : whole_(whole) { swap(why_, why); }

    [[nodiscard]] std::size_t size() const override { return whole_.size(); }
    void encode(std::size_t index, parameters& to) const override {
        if (index == size() / 2) std::rethrow_exception(why_);
        whole_.encode(index, to);
    }
    void assigned(std::size_t index, std::int64_t key) override { whole_.assigned(index, key); }
    void encode_key(std::size_t index, parameters& to) const override { whole_.encode_key(index, to); }
    void missed(std::size_t index, bool exists) override { whole_.missed(index, exists); }
    [[nodiscard]] std::size_t position(std::size_t index) const override { return whole_.position(index); }

private:
    row_source& whole_; // lives as long as the batch
    std::exception_ptr why_;
};

} // namespace hawser::testing::detail
