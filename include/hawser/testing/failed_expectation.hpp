#pragma once
#include <stdexcept>

namespace hawser::testing {

// What the kit throws where a test's expectation does not hold: what() says what was expected and what was seen, over
// several lines. No hawser::error, so that code under test which handles those does not swallow it; every test
// framework reports it.
class failed_expectation : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

} // namespace hawser::testing
