#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace day {

// For tests that kill the program: a record in a file for each write that was acknowledged, appended at once,
// so that it is there whatever becomes of the process. Records have 14 bytes with their line feed:
// "day-000000042" names an order, "log-001000000" tells how many predictions are stored. Any thread may add.
class acknowledgements {
public:
    explicit acknowledgements(const std::optional<std::string>& path);
    ~acknowledgements();
    acknowledgements(const acknowledgements&) = delete;
    acknowledgements& operator=(const acknowledgements&) = delete;

    void order(const std::string& order_id) const { append(order_id); }
    void predictions(std::uint64_t rows) const;

private:
    void append(const std::string& record) const;
    int file_ = -1;
};

// The name of order number n, always 13 characters.
[[nodiscard]] std::string order_name(std::uint64_t number);

} // namespace day
