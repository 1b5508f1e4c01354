#pragma once
#include "byte_source.hpp"
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace day {

// The records of a CSV file as RFC 4180 has them, in UTF-8: fields may be quoted, lines end with LF or CRLF,
// the first line names the columns. Streams: holds one record of at most `longest_record` bytes. All that is
// wrong throws input_error with file and line, and the column where there is one.
class csv_reader {
public:
    static constexpr std::size_t longest_record = 64 * 1024;

    // The header must name exactly these columns, which are borrowed.
    csv_reader(std::string path, std::span<const std::string_view> columns);

    // False at the end.
    [[nodiscard]] bool next();
    // Fields of the record at hand, good until next().
    [[nodiscard]] std::string_view operator[](std::size_t column) const {
        const std::size_t begin = column == 0 ? 0 : ends_[column - 1];
        return std::string_view(text_).substr(begin, ends_[column] - begin);
    }
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

    // "prices.csv, line 7, column 3 (price): why"
    [[noreturn]] void reject(std::size_t column, const std::string& why) const;
    // Same, for the record as a whole.
    [[noreturn]] void reject(const std::string& why) const;

private:
    static constexpr int end = -1;

    int peek() {
        if (at_ == filled_ && !fill()) return end;
        return static_cast<unsigned char>(block_[at_]);
    }
    void skip() noexcept { ++at_; }
    bool fill();
    bool record();
    void quoted_field();
    void plain_field();
    bool more_fields();
    void keep(int c);
    void require_text() const;

    std::string path_;
    std::span<const std::string_view> columns_;
    byte_source source_;
    std::vector<char> block_;
    std::size_t at_ = 0;
    std::size_t filled_ = 0;
    std::uint64_t line_ = 0;        // where the record at hand began
    std::uint64_t next_line_ = 1;   // where the reading is
    std::string text_;              // of all fields, one behind the other
    std::vector<std::size_t> ends_; // of the fields in text_
    bool plain_ascii_ = true;
};

} // namespace day
