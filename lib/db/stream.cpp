#include <hawser/core/error.hpp>
#include <hawser/db/stream.hpp>
#include <string>
#include <utility>

namespace hawser::detail {

stream_core::stream_core(handle on, engine::job_ptr opening, fetch_sizes sizes, stream_options options)
    : on_(std::move(on)),
      opening_(std::move(opening)),
      cursor_(std::make_shared<engine::cursor>()),
      options_(options),
      sizes_(sizes),
      next_(sizes.batch) {
    if (!on_.lease && !on_.database->engine->describe().reads_beside_writes) next_ = every;
}

bool stream_core::ended() const {
    if (failed_) throw_error(errc::misuse, "the stream has ended with a failure before");
    return ended_;
}

void stream_core::end() noexcept {
    ended_ = true;
    opening_.reset();
    cursor_.reset();
    on_.lease.reset();
}

engine::job_ptr stream_core::more(const std::shared_ptr<row_sink>& into) const {
    auto j = new_job(on_, engine::batch_mode::read);
    j->due = on_.due_if_given();
    j->what = engine::verb::fetch;
    j->cursor = cursor_;
    engine::request& r = j->batch.requests.emplace_back();
    r.rows = into.get();
    r.most_rows = next_;
    j->batch.owned.push_back(into);
    return j;
}

task<void> stream_core::open(std::shared_ptr<row_sink> into) {
    const auto j = std::exchange(opening_, nullptr);
    j->batch.requests.back().rows = into.get();
    j->batch.requests.back().most_rows = next_;
    j->batch.owned.push_back(std::move(into));
    if (next_ == every || j->failure) {
        co_await send(on_.database->engine, j);
        co_return end();
    }
    if (!on_.lease) {
        const std::string_view name = j->name.empty() ? j->batch.requests.back().what->name() : j->name;
        engine::lease_terms terms;
        terms.holder = name;
        terms.read_only = true;
        if (options_.snapshot_age.count() > 0) terms.hold_total = countable(options_.snapshot_age);
        on_.lease = on_.database->engine->make_lease(std::move(terms));
        alone_ = true;
        auto begin = new_job(on_, engine::batch_mode::read);
        begin->what = engine::verb::begin;
        begin->modes.read_only = true;
        co_await send(on_.database->engine, std::move(begin));
    }
    j->what = engine::verb::open_cursor;
    j->batch.mode = engine::batch_mode::read;
    j->on = on_.lease;
    j->cursor = cursor_;
    j->due = on_.due_if_given();
    co_await send(on_.database->engine, j);
    note(*j);
}

// What a fetch has brought.
void stream_core::note(const engine::job& j) {
    if (static_cast<std::size_t>(j.batch.requests.back().rows_affected) < next_) return end();
    constexpr std::size_t growth = 4;
    if (alone_) next_ = next_ > sizes_.most / growth ? sizes_.most : next_ * growth;
}

task<void> stream_core::fetch(std::shared_ptr<row_sink> into) {
    failed_ = true; // until it has ended well: the caller may never come back
    std::exception_ptr failure;
    try {
        if (opening_) {
            co_await open(std::move(into));
        } else {
            const auto j = more(into);
            co_await send(on_.database->engine, j);
            note(*j);
        }
    } catch (...) { failure = std::current_exception(); }
    if (failure) {
        end();
        std::rethrow_exception(failure);
    }
    failed_ = false;
}

} // namespace hawser::detail
