#pragma once

namespace hawser {

// How statements are sent to PostgreSQL.
enum class statement_mode : unsigned char {
    named,   // prepared once on each connection, and kept there
    unnamed, // prepared anew each time, for poolers that hand connections round: not supported yet
    simple   // as text: not supported yet
};

} // namespace hawser
