#include "trading/changed.hpp"
#include <hawser/trading/alerts.hpp>

namespace hawser::trading {

task<std::vector<alert>> alert_repository::unresolved() const {
    return where(col<&alert::resolved> == false).order_by(desc<&alert::at>, desc<&alert::id>).all();
}

task<std::vector<alert>> alert_repository::by_severity(alert_severity severity, std::int64_t limit) const {
    return where(col<&alert::severity> == severity)
        .order_by(desc<&alert::at>, desc<&alert::id>)
        .limit(limit)
        .all();
}

task<bool> alert_repository::resolve(std::int64_t id, std::string resolution) const {
    return any_changed(where(col<&alert::id> == id && col<&alert::resolved> == false)
                           .update(set<&alert::resolved>(true),
                                   set<&alert::resolution>(std::move(resolution)),
                                   set<&alert::resolved_at>(on_.now())));
}

} // namespace hawser::trading
