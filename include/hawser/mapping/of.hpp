#pragma once

namespace hawser {

// Names a type in a function's signature: hawser_table(hawser::of<trade>) is found next to trade.
template <class T>
struct of {
    using type = T;
};

} // namespace hawser
