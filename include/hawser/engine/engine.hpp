#pragma once
// The seam: what a driver implements, and all that the layers above know of it.
#include <hawser/async/gate.hpp>
#include <hawser/core/statement.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/engine/lease.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser::engine {

// What one engine can do that another cannot, and what is known to be wrong with it.
struct capabilities {
    hawser::dialect dialect = hawser::dialect::sqlite;
    std::string version;                   // of the engine: "3.40.1"
    bool single_writer = false;            // writes are done one group at a time
    bool reads_beside_writes = true;       // an open snapshot keeps no writer waiting
    bool one_hop_units = false;            // a unit of work with dependent keys needs no lease
    std::vector<std::string> known_issues; // of this very version, one sentence each
};

// Thread-safe. Every job submitted is answered exactly once.
class engine {
public:
    virtual ~engine() = default;

    [[nodiscard]] virtual const capabilities& describe() const noexcept = 0;

    // Room for jobs, in count and bytes: entered before a job is encoded, left by the engine when it is answered.
    // Jobs on a lease do not pass it.
    [[nodiscard]] virtual async::gate& room() noexcept = 0;

    // Takes the job; its operation must be armed. Never blocks, never throws; failures are in the answer.
    virtual void submit(job_ptr j) noexcept = 0;

    // A new lease for an interactive transaction or a session; no I/O until its first job runs.
    [[nodiscard]] virtual std::shared_ptr<lease> make_lease(lease_terms terms) = 0;
    // Same, for a transaction with the engine's own limits.
    [[nodiscard]] std::shared_ptr<lease> make_lease(std::string holder, bool read_only) {
        lease_terms terms;
        terms.holder = std::move(holder);
        terms.read_only = read_only;
        return make_lease(std::move(terms));
    }

    // Refuses new jobs, answers those that are queued, ends the threads, closes the connections, and then
    // finishes `done`. A second call finishes with the first.
    virtual void close(job_ptr done) noexcept = 0;

protected:
    engine() = default;
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;
};

} // namespace hawser::engine
