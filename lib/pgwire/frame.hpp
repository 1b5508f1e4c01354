#pragma once
// The server's bytes, cut into messages: https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-MESSAGE-CONCEPTS
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace hawser::pgwire {

struct frame {
    char type = 0;
    std::string_view body; // without type and length
};

// The read buffer of a connection. Bytes come in pieces of any size: read into room(), say filled(), then take whole
// messages by next() until it wants more. Grows for one message that does not fit, and shrinks when that is taken.
class frames {
public:
    struct limits {
        std::size_t buffer = std::size_t{64} * 1024; // without a message that is larger
        std::size_t message = std::size_t{1} << 30;  // the longest that is accepted
    };

    frames() : frames(limits{}) {}
    explicit frames(limits l);
    // The longest message from here on, those included that are there and not taken: less while the server has not
    // proved who it is.
    void accept(std::size_t longest) noexcept {
        limits_.message = longest;
        wanted_ = 0; // judged anew
    }

    // Free memory behind what is there, never empty. Frames that were handed out are not valid any more.
    [[nodiscard]] std::span<char> room();
    void filled(std::size_t n) noexcept { end_ += n; }

    enum class step {
        message, // in `out`; valid until room()
        more,    // the next message is not whole
        broken   // no protocol: a length below 4 or above the limit. It stays so
    };
    [[nodiscard]] step next(frame& out) noexcept;

    // The message that next() wants more of, once its length is known.
    struct announcement {
        char type;
        std::size_t size; // of its body
    };
    [[nodiscard]] std::optional<announcement> announced() const noexcept;
    // It is not wanted: it is dropped as it comes, and next() goes on behind it.
    void skip() noexcept;

    // Bytes that are there and not taken.
    [[nodiscard]] std::size_t waiting() const noexcept { return end_ - begin_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

private:
    void move_to(std::size_t capacity);
    void drop_skipped() noexcept;

    limits limits_;
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t wanted_ = 0;  // whole size of the message at begin_, where it is known
    std::size_t skipped_ = 0; // bytes that are to be dropped
    bool broken_ = false;
};

} // namespace hawser::pgwire
