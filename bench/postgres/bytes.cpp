#include "postgres/bytes.hpp"
#include <array>
#include <bit>
#include <chrono>

namespace bench {
namespace {

using hawser::dialect;
namespace detail = hawser::detail;
static_assert(detail::text_of<detail::by_key_text<prediction>, dialect::postgres> == text::get);
static_assert(detail::text_of<detail::insert_text<prediction>, dialect::postgres> == text::insert);

constexpr std::array<std::uint32_t, 7> types{25, 25, 701, 701, 25, 1184, 1184}; // text, float8, timestamptz

template <class I>
void number(std::string& out, I v) {
    for (int shift = static_cast<int>(sizeof(I)) * 8 - 8; shift >= 0; shift -= 8)
        out += static_cast<char>((static_cast<std::uint64_t>(v) >> shift) & 0xff);
}
template <class I>
void value(std::string& out, I v) {
    number(out, static_cast<std::int32_t>(sizeof v));
    number(out, v);
}
void value(std::string& out, double v) {
    value(out, std::bit_cast<std::int64_t>(v));
}
void value(std::string& out, const std::string& v) {
    number(out, static_cast<std::int32_t>(v.size()));
    out += v;
}
void value(std::string& out, hawser::timestamp v) {
    constexpr auto epoch = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);
    value(out, static_cast<std::int64_t>((v - epoch) / std::chrono::microseconds(1)));
}

void columns(std::string& out, const prediction& p) {
    value(out, p.symbol);
    value(out, p.model);
    value(out, p.value);
    value(out, p.confidence);
    value(out, p.features);
    value(out, p.created_at);
    value(out, p.updated_at);
}

// A message whose length is filled in when it ends.
class message {
public:
    message(std::string& out, char type) : out_(&out) {
        out += type;
        begin_ = out.size();
        number(out, std::int32_t{0});
    }
    ~message() {
        std::string length;
        number(length, static_cast<std::int32_t>(out_->size() - begin_));
        out_->replace(begin_, length.size(), length);
    }
    message(const message&) = delete;
    message& operator=(const message&) = delete;

private:
    std::string* out_;
    std::size_t begin_;
};

template <class Values>
void request(std::string& out, std::int16_t count, Values values) {
    {
        const message bind(out, 'B');
        out += '\0'; // unnamed portal
        out += 's';
        out += '\0';
        number(out, std::int16_t{1});
        number(out, std::int16_t{1}); // all binary
        number(out, count);
        values();
        number(out, std::int16_t{1});
        number(out, std::int16_t{1});
    }
    {
        const message execute(out, 'E');
        out += '\0';
        number(out, std::int32_t{0});
    }
    const message sync(out, 'S');
}

} // namespace

void append_get(std::string& out, std::int64_t id) {
    request(out, 1, [&] { value(out, id); });
}

void append_insert(std::string& out, const prediction& p) {
    request(out, static_cast<std::int16_t>(types.size()), [&] { columns(out, p); });
}

std::string copy_bytes(std::span<const prediction> rows) {
    constexpr std::size_t chunk = 64 * 1024;
    std::string data("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19), out;
    const auto send = [&] {
        const message copy_data(out, 'd');
        out += data;
        data.clear();
    };
    for (const prediction& p : rows) {
        number(data, static_cast<std::int16_t>(types.size()));
        columns(data, p);
        if (data.size() >= chunk) send();
    }
    number(data, std::int16_t{-1});
    send();
    { const message done(out, 'c'); }
    return out;
}

std::span<const std::uint32_t> insert_types() noexcept {
    return types;
}

} // namespace bench
