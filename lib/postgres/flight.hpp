#pragma once
// A job on the wire, and the statements that it is made of there.
#include "pgwire/fsm/extended_query.hpp"
#include "postgres/prepared.hpp"
#include <cstddef>
#include <cstdint>
#include <exception>
#include <hawser/core/errc.hpp>
#include <hawser/engine/job.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hawser::postgres {

struct open_cursor;

// What COPY waits for.
enum class copy_stage : std::uint8_t {
    no,
    asking, // the types of the table's columns
    rows
};

// What a bulk statement waits for whose types are not all known.
enum class type_stage : std::uint8_t {
    no,
    asking,  // which types the server wants its values in
    catalog, // what these are
    told
};

// A job from the moment that its bytes are made until it has its answer.
struct flight {
    engine::job_ptr job;
    std::size_t place = 0;              // among those that are under way
    bool inside = false;                // to be done within a transaction of its lease
    bool stopping = false;              // its caller has gone, and the server is to be asked to stop it
    std::exception_ptr failure;         // of the whole job: the first
    std::exception_ptr unread;          // what a sink has thrown: the server has done the work all the same
    char status = 'I';                  // of the last Sync that was; others may have had their answers since
    unsigned units = 0;                 // Syncs that are not answered
    unsigned answered = 0;              // and those that are
    unsigned trips = 0;                 // to the server and back
    std::size_t received = 0;           // bytes of its rows
    bool began = false;                 // its BEGIN was sent
    bool ending = false;                // its COMMIT was sent
    bool undoing = false;               // its ROLLBACK was sent
    bool untyped = false;               // values go as text, and the server finds out their types
    bool tried = false;                 // behind a savepoint, as its values' types may be refused
    bool again = false;                 // what failed is to be sent anew
    bool had_second_try = false;        // and was
    std::vector<engine::request*> anew; // of independent statements: those that are
    bool opened = false;                // it has opened a transaction on the shared lane
    bool reread = false;                // rows were asked for twice, the second time as text
    bool carried = false;               // a statement of it has run in one that another had opened
    engine::request* feeding = nullptr; // a bulk statement whose rows are not all sent
    std::size_t fed = 0;                // rows of it that are
    bool isolated = false; // a batch between BEGIN and COMMIT, and a ROLLBACK in a unit of its own
    bool wrapped = false;  // in a transaction, or a savepoint, of the driver's own
    bool own = false;      // and it is a transaction
    bool waits = false;    // its next bytes depend on an answer
    copy_stage copying = copy_stage::no;
    type_stage typing = type_stage::no;
    bool mistyped = false;           // its bulk statement is not of the types that it was declared with
    bool types_anew = false;         // a type may be another one than it was
    std::vector<std::size_t> missed; // rows of a bulk update that were not as they were given, in order
    std::vector<std::size_t> there;  // and of them those that are there, otherwise
    bool asked_for = false;          // whether these are there at all
    const engine::request* stale = nullptr; // a versioned row that was not as it was read
    bool probed = false;                    // and it was asked whether it is there at all,
    bool looked = false;                    // which the server has answered
    bool row_exists = false;
    std::shared_ptr<const std::string> within{}; // the name of the transaction or session; null: of none
    clock::time_point since{};                   // of events: when its bytes were made
    std::vector<const engine::request*>
        watched;             // that have begun, by what the observer was told, and not ended
    bool shares = false;     // its Sync, with reads that come behind it before it has left,
    flight* group = nullptr; // of which this is the first,
    flight* next = nullptr;  // and this the next
    std::size_t members = 1; // of the group whose first it is
    bool bystander = false;  // it is sent anew since another one of its group has failed
};

// What fails in one ends the other.
inline bool in_one_unit(const flight& a, const flight& b) noexcept {
    return &a == &b || (a.group != nullptr && a.group == b.group);
}

// Statements that stand alone, each with its own answer.
inline bool is_several(const engine::job& j) noexcept {
    return j.batch.mode == engine::batch_mode::independent && j.batch.requests.size() > 1;
}

// Of what it asks, more or less, before its bytes are made.
inline std::size_t asked_bytes(const engine::job& j) noexcept {
    return j.batch.values.bytes() + j.text.size();
}

// COMMIT, ROLLBACK and the end of a savepoint. Its caller waits for the truth; past its deadline it is the connection
// that comes to an end.
inline bool only_ends(const engine::job& j) noexcept {
    using engine::verb;
    const bool ends = j.what == verb::commit || j.what == verb::rollback || j.what == verb::release ||
                      j.what == verb::rollback_to || j.what == verb::hand_back;
    return ends && j.batch.requests.empty();
}

enum class formats : std::uint8_t { binary, text, by_type };

// One statement of a flight, or its Sync alone.
struct step {
    pgwire::extended_query turn;
    flight* of = nullptr;
    prepared* form = nullptr;           // null: of no statement
    engine::request* request = nullptr; // null: the driver's own
    const statement* what = nullptr;    // same
    open_cursor* cursor = nullptr;      // null: its rows come at once
    formats asked = formats::binary;    // of its columns
    bool cold = false;                  // Parse and Describe are in front
    bool simple = false;                // a script: any number of statements up to ReadyForQuery
    bool script = false;                // and it is the caller's own text
    bool ends_unit = false;             // a Sync is behind it
    bool must_affect = false;
    bool begun = false;        // its sink knows its columns
    bool sated = false;        // its sink wants no more, or has failed
    bool again = false;        // it is to be sent anew
    std::size_t first_row = 0; // of a bulk statement: the part of its rows
    std::size_t rows = 0;      // 0: none, it is no bulk statement
    std::int64_t count = 0;    // rows, where the statement itself counts them
    bool skipped = false;      // the server has passed over it
    clock::time_point since{}; // of events: when its bytes were made
    std::optional<errc> failed{};
    std::string closes{};  // name of an older statement, closed in front of it; empty: none
    std::uint64_t end = 0; // where its bytes end, counted from the connection's first
};

} // namespace hawser::postgres
