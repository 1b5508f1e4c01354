#include <hawser/core/error.hpp>
#include <hawser/mapping/evaluate.hpp>

namespace hawser::detail {

std::string lower_ascii(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

void throw_result_out_of_range() {
    throw_error(errc::out_of_range, "the result of an expression is out of range");
}

} // namespace hawser::detail
