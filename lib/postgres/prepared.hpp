#pragma once
// A statement as one connection knows it.
#include "pgwire/catalog_types.hpp"
#include "pgwire/codec/column.hpp"
#include "pgwire/types.hpp"
#include <cstdint>
#include <hawser/core/statement.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::postgres {

struct result_column {
    pgwire::oid type = 0;
    std::string name;
    pgwire::column binary; // empty: such values can only be read as text
    pgwire::column text;
};

struct prepared {
    enum class state : std::uint8_t {
        unknown, // to the server
        pending, // Parse is on its way: Bind may follow it, and must bear that it fails
        ready
    };

    std::string name; // on the server
    state at = state::unknown;
    // Types of the parameters: as declared, or as the server told; 0: not known yet, its values go as text.
    std::vector<pgwire::oid> parameters;
    // Of a Bind: what comes before its values, where all go in binary form; empty: not made yet.
    std::string bind_head;
    // Of parameters that the server was to find out: what their values are by themselves; 0: NULL. Empty: none was.
    std::vector<pgwire::oid> left_open;
    std::vector<pgwire::oid> elements; // of a bulk statement: of its parameters, which are arrays
    std::uint64_t signature = 0;       // of its text and its values' types
    bool own_types = false; // a parameter's type is the database's own: it may be dropped, and made anew
    std::shared_ptr<const pgwire::catalog_types>
        types; // known as it was parsed: all that is here is of these
    // Of its rows, once the server told; none where it returns no rows.
    bool described = false;
    std::vector<result_column> columns;
    std::vector<std::string_view> names; // of the columns

    unsigned in_flight = 0; // steps on the wire that refer to it
    bool forgotten = false; // not in the cache any more: goes with its last step
    bool all_binary = true; // every column can be read in binary form
    std::uint64_t last_use = 0;
};

} // namespace hawser::postgres
