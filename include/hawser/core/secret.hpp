#pragma once
#include <string>
#include <utility>

namespace hawser {

// A text that is to be shown to nobody. It has no way to be printed; whoever needs it says reveal().
class secret {
public:
    secret() = default;
    explicit secret(std::string text) noexcept : text_(std::move(text)) {}

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] const std::string& reveal() const noexcept { return text_; }
    bool operator==(const secret&) const = default;

private:
    std::string text_;
};

} // namespace hawser
