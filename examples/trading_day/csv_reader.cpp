#include "csv_reader.hpp"
#include "input_error.hpp"
#include "utf8.hpp"

namespace day {
namespace {

std::string joined(std::span<const std::string_view> names) {
    std::string all;
    for (const std::string_view name : names) (all += all.empty() ? "" : ",") += name;
    return all;
}

} // namespace

csv_reader::csv_reader(std::string path, std::span<const std::string_view> columns)
    : path_(std::move(path)), columns_(columns), source_(path_), block_(64 * 1024) {
    if (!record()) {
        line_ = 1;
        reject("the file is empty; its first line must be " + joined(columns_));
    }
    bool as_wanted = ends_.size() == columns_.size();
    for (std::size_t i = 0; as_wanted && i < columns_.size(); ++i) as_wanted = (*this)[i] == columns_[i];
    if (!as_wanted) reject("the first line must be " + joined(columns_));
}

void csv_reader::reject(std::size_t column, const std::string& why) const {
    std::string where = path_ + ", line " + std::to_string(line_) + ", column " + std::to_string(column + 1);
    if (column < columns_.size()) ((where += " (") += columns_[column]) += ')';
    throw input_error(where + ": " + why);
}

void csv_reader::reject(const std::string& why) const {
    throw input_error(path_ + ", line " + std::to_string(line_) + ": " + why);
}

bool csv_reader::fill() {
    try {
        filled_ = source_.read(block_);
    } catch (const input_error& e) {
        throw input_error(std::string(e.what()) + ", after line " + std::to_string(next_line_));
    }
    at_ = 0;
    return filled_ > 0;
}

bool csv_reader::next() {
    if (!record()) return false;
    if (ends_.size() != columns_.size())
        reject(std::min(ends_.size(), columns_.size()), "the line has " + std::to_string(ends_.size()) +
                                                            " columns instead of " +
                                                            std::to_string(columns_.size()));
    return true;
}

bool csv_reader::record() {
    text_.clear();
    ends_.clear();
    plain_ascii_ = true;
    line_ = next_line_;
    if (peek() == end) return false;
    do {
        if (peek() == '"')
            quoted_field();
        else
            plain_field();
        ends_.push_back(text_.size());
        if (ends_.size() > longest_record) reject("the line has too many columns");
    } while (more_fields());
    if (!plain_ascii_) require_text();
    return true;
}

void csv_reader::plain_field() {
    for (int c = peek(); c != ',' && c != '\n' && c != '\r' && c != end; c = peek()) {
        if (c == '"') reject(ends_.size(), "a quote inside a field that is not quoted");
        keep(c);
        skip();
    }
}

void csv_reader::quoted_field() {
    skip();
    for (;;) {
        const int c = peek();
        if (c == end) reject(ends_.size(), "the quote is not closed");
        skip();
        if (c == '"') {
            if (peek() != '"') return;
            skip();
        }
        if (c == '\n') ++next_line_;
        keep(c);
    }
}

// True behind a comma; false behind the end of the line.
bool csv_reader::more_fields() {
    int c = peek();
    if (c == '\r') {
        skip();
        c = peek();
        if (c != '\n') reject(ends_.size() - 1, "a carriage return that ends no line");
    }
    if (c == end) return false;
    skip();
    if (c == ',') return true;
    if (c != '\n') reject(ends_.size() - 1, "text behind the closing quote");
    ++next_line_;
    return false;
}

void csv_reader::keep(int c) {
    if (c == 0) reject(ends_.size(), "a zero byte");
    if (c >= 0x80) plain_ascii_ = false;
    if (text_.size() == longest_record)
        reject(ends_.size(), "the line is longer than " + std::to_string(longest_record) + " bytes");
    text_.push_back(static_cast<char>(c));
}

void csv_reader::require_text() const {
    for (std::size_t i = 0; i < ends_.size(); ++i)
        if (!is_utf8((*this)[i])) reject(i, "not UTF-8");
}

} // namespace day
