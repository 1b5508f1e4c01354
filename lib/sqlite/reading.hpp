#pragma once
// Runs reads and answers them: many quick ones together, none of them behind a slow one.
#include "sqlite/connection.hpp"
#include "sqlite/slot.hpp"
#include <hawser/async/gate.hpp>
#include <hawser/engine/job.hpp>
#include <vector>

namespace hawser {
class observer;
}

namespace hawser::sqlite {

// For one connection and its thread; everything that has run is answered at the latest by the destructor.
class reading final : connection::listener {
public:
    reading(connection& c, slot& s, async::gate& room, hawser::observer* watch);
    ~reading();
    reading(const reading&) = delete;
    reading& operator=(const reading&) = delete;

    void run(engine::job_ptr j);
    // An error was met after which the connection is not to be trusted.
    [[nodiscard]] bool poisoned() const noexcept { return poisoned_; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    bool statement_goes_on() noexcept override {
        answer_late();
        return slot_.statement_goes_on();
    }
    void answer_late() noexcept;
    void answer_all() noexcept;
    std::exception_ptr run_job(engine::job& j);

    connection& connection_;
    slot& slot_;
    async::gate& room_;
    hawser::observer* watch_;
    std::vector<engine::job_ptr> done_;
    clock::time_point first_done_{};
    std::size_t count_ = 0;
    bool poisoned_ = false;
};

} // namespace hawser::sqlite
