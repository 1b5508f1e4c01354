// Values as people write them. The first two bytes are the number of the type, the rest the text.
#include "values.hpp"

void fuzz::run(std::string_view bytes) {
    const type_info& type = take_type(bytes);
    if (const std::optional<std::string> binary = binary_of(bytes, type)) expect_stable(*binary, type);
}
