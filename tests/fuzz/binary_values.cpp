// Values as the server sends them. The first two bytes are the number of the type, the rest the value.
#include "values.hpp"

void fuzz::run(std::string_view bytes) {
    const type_info& type = take_type(bytes);
    const std::optional<std::string> text = text_of(bytes, type);
    if (!text) return;
    const std::optional<std::string> again = binary_of(*text, type);
    if (again) expect_stable(*again, type);
    if (is_made_of_others(type)) return; // may hold values of other types than its own
    expect(again.has_value(), "the text of a value is read");
    expect(text_of(*again, type) == text, "values of the same text are the same");
}
