#pragma once
// The plan behind fault_plan: what is counted, and what is to happen.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <functional>
#include <hawser/engine/job.hpp>
#include <hawser/testing/fault_plan.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hawser::testing::detail {

// A place where something waits to be let on.
struct held_state {
    // `on` lets it on; called at once where it was released before.
    void arrive(std::function<void()> on);
    void release();
    [[nodiscard]] bool is_reached() const;
    // Delivers the job once the place is reached. Both are kept meanwhile: the caller's frame may go.
    static void tell(std::shared_ptr<held_state> place, engine::job_ptr waiting);

private:
    mutable std::mutex mutex_;
    bool reached_ = false;
    bool released_ = false;
    std::function<void()> on_;
    std::vector<engine::job_ptr> waiting_;
};

enum class fault_action : unsigned char { fail, cut, cancel, delay, hold };

struct fault {
    fault_action what{};
    moment when = moment::before;
    errc kind{};
    std::chrono::milliseconds pause{};
    boost::asio::cancellation_signal* signal = nullptr;
    boost::asio::cancellation_type type{};
    boost::asio::any_io_executor where{};
    std::shared_ptr<held_state> held{};
};

enum class counted : unsigned char { steps, statements, commits };

// One step of a job.
struct step {
    std::string name;                   // the statement's own
    std::string call;                   // the name given to the call; empty: none
    std::optional<std::size_t> request; // in the batch; none: what the verb itself does
    bool commits = false;               // it makes writes durable
};

struct struck_fault {
    fault what;
    step at;
    std::size_t number; // of the step, from 1
};

class fault_state {
public:
    void plan(counted what, std::string name, std::size_t k, fault f);
    // Counts the steps of one call. The first fault among them, if any.
    [[nodiscard]] std::optional<struck_fault> take(const std::vector<step>& steps);

    [[nodiscard]] std::vector<std::string> steps() const;
    [[nodiscard]] std::size_t struck() const;
    [[nodiscard]] std::size_t waiting() const;
    // The name of the step at which the last fault struck.
    [[nodiscard]] std::string last_struck() const;
    void clear();

private:
    struct planned {
        counted what;
        std::string name; // empty: any
        std::size_t left; // to count
        fault does;
    };
    mutable std::mutex mutex_;
    std::vector<planned> planned_;
    std::size_t missed_ = 0; // met in a call that had met another before
    std::vector<std::string> steps_;
    std::size_t struck_ = 0;
    std::string last_struck_;
};

// Where planned_fault puts what it is told.
struct fault_target {
    std::shared_ptr<fault_state> state;
    counted what;
    std::string name;
    std::size_t k;
};

} // namespace hawser::testing::detail

namespace hawser::testing {
[[nodiscard]] const std::shared_ptr<detail::fault_state>& state_of(const fault_plan& plan) noexcept;
}
