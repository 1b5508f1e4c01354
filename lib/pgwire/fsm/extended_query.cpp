#include "pgwire/fsm/extended_query.hpp"

namespace hawser::pgwire {

extended_query::extended_query(asked a, skipped s) noexcept : asked_(a) {
    if (s == skipped::yes)
        stage_ = behind_rows();
    else
        stage_ = a.close ? stage::close : behind_close();
}

extended_query::event extended_query::on_other(char type) noexcept {
    if (type == 'E' && stage_ != stage::ready && stage_ != stage::over)
        return advance(behind_rows(), event::failed);
    switch (stage_) {
    case stage::close:
        if (type == '3') return advance(behind_close(), event::nothing);
        break;
    case stage::parse:
        if (type != '1') break;
        parsed_ = true;
        return advance(stage::parameters, event::parsed);
    case stage::parameters:
        if (type == 't') return advance(stage::columns, event::parameters);
        break;
    case stage::columns:
        if (type == 'T') return advance(behind_columns(), event::columns);
        if (type == 'n') return advance(behind_columns(), event::no_columns);
        break;
    case stage::bind:
        if (type == '2') return advance(stage::rows, event::nothing);
        break;
    case stage::rows:
        if (type == 'C') {
            done_ = true;
            return advance(behind_rows(), event::done);
        }
        if (type == 'I') return advance(behind_rows(), event::empty);
        if (type == 's' && asked_.limited) return advance(behind_rows(), event::suspended);
        if (type == 'G' && asked_.copies) return event::copy_in;
        break;
    case stage::ready:
        // A deferred constraint, or a serialization failure, is found by the implicit COMMIT of Sync.
        if (type == 'E') return event::failed;
        if (type == 'Z') return advance(stage::over, event::ready);
        break;
    case stage::over: break;
    }
    return event::no_such_turn;
}

} // namespace hawser::pgwire
