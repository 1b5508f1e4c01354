#pragma once
#include <hawser/async/deadline.hpp>

namespace hawser::sqlite {

// What the threads of a driver tell it. Thread-safe.
class keeper {
public:
    // Something must end by `due`: expire() is to be called then.
    virtual void alarm_at(deadline due) noexcept = 0;
    // A thread has served its last job.
    virtual void thread_ended() noexcept = 0;

protected:
    ~keeper() = default;
};

} // namespace hawser::sqlite
