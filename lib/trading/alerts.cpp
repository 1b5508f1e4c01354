#include <hawser/trading/alerts.hpp>

namespace hawser::trading {

task<std::vector<alert>> alert_repository::unresolved() const {
    return where(col<&alert::resolved> == false).order_by(desc<&alert::at>, desc<&alert::id>).all();
}

task<bool> alert_repository::resolve(std::int64_t id, std::string resolution) const {
    auto resolving = where(col<&alert::id> == id && col<&alert::resolved> == false)
                         .update(set<&alert::resolved>(true), set<&alert::resolution>(std::move(resolution)),
                                 set<&alert::resolved_at>(on_.now()));
    return [](task<std::int64_t> changed) -> task<bool> {
        co_return co_await std::move(changed) > 0;
    }(std::move(resolving));
}

} // namespace hawser::trading
