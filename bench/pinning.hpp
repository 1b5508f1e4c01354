#pragma once
// Where threads run, for as long as this lives.
#include <vector>

namespace bench {

// The calling thread on one processor, all other threads of the process that there are now on the others: a hand-off
// then always crosses processors, the worst case, instead of by the scheduler's chance. Only for contenders with
// hand-offs: all others, the raw one and the peers among them, run where the scheduler puts them. Does nothing on a
// machine with one processor, or when switched off.
class split_pins {
public:
    split_pins();
    ~split_pins();
    split_pins(const split_pins&) = delete;
    split_pins& operator=(const split_pins&) = delete;

    static inline bool on = true;

private:
    std::vector<int> threads_;
};

} // namespace bench
