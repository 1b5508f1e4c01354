#pragma once
#include <stdexcept>

namespace day {

// What is wrong with a file or an option of the user's; what() says where and why.
class input_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace day
