#pragma once
// Rows as the server sends them, to the sinks of those who asked.
#include "pgwire/codec/made_text.hpp"
#include "postgres/flight.hpp"
#include <hawser/core/field_view.hpp>
#include <string_view>
#include <vector>

namespace hawser::postgres {

// One row at a time; what is made for it is forgotten with the next. Throws hawser::error: what a sink throws, and
// type_mismatch or unsupported for a column that cannot be read, naming it.
class row_reader {
public:
    // Tells the step's sink its columns, once.
    static void begin(step& s);
    // Hands a row to the step's sink.
    void take(step& s, std::string_view row);
    // The first column of a row that the driver itself has asked for; 0 where it is no integer.
    [[nodiscard]] std::int64_t integer_of(const step& s, std::string_view row);

private:
    [[noreturn]] static void throw_unread(const step& s, const result_column& c, std::string_view row);

    std::vector<field_view> fields_;
    pgwire::made_text made_;
};

} // namespace hawser::postgres
