#include "postgres/connection.hpp"
#include "async/one_thread.hpp"
#include "engine/answer.hpp"
#include "pgwire/message/cancel_request.hpp"
#include "pgwire/message/terminate.hpp"
#include "postgres/cancel_request.hpp"
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <hawser/async/operation.hpp>
#include <limits>
#include <utility>

namespace hawser::postgres {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Of what the driver asks for on its own account.
constexpr std::chrono::seconds longest_own(30);
// Past a deadline, until it takes no more jobs.
constexpr std::chrono::seconds short_silence(1);
// What is to be stopped ends within that time, or the connection does.
constexpr std::chrono::seconds stops_within(2);
// Between two looks at what is to be stopped.
constexpr std::chrono::milliseconds pause(50);
// Before the server is asked once more: its answer to the first time may be on its way.
constexpr std::chrono::milliseconds asks_again_after(250);
constexpr char not_stopped[] = "the server did not stop a statement that nobody waits for";

} // namespace

connection::connection(started from, core& of, slot place)
    : socket_(std::move(from.socket)),
      in_(std::move(from.in)),
      pipeline_(of.types, of.settings->statement_cache, of.settings->result_bytes, of.settings->server_words),
      io_(socket_->get_executor()),
      context_(asio::query(io_, asio::execution::context)),
      counter_(async::idle_work::counter_of(context_)),
      one_thread_(async::runs_on_one_thread(context_)),
      core_(of),
      place_(std::move(place)),
      backend_{from.process, std::move(from.key)},
      server_(std::move(from.to)) {
    socket_->non_blocking(true);
    pipeline_.watch(of.settings->observer);
    pipeline_.group_reads(of.settings->group_reads);
}

void connection::run(std::weak_ptr<owner> to) {
    std::lock_guard lock(mutex_);
    owner_ = std::move(to);
    if (!socket_) return;
    arm_read();
    rest();
}

bool connection::submit(const engine::job_ptr& j, manner m) {
    return take(j->executor(), j, std::move(m));
}

bool connection::submit_queued(const engine::job_ptr& j, manner m) {
    return take(io_, j, std::move(m));
}

bool connection::take(const asio::any_io_executor& from, const engine::job_ptr& j, manner m) {
    bool taken = false;
    std::unique_lock<std::mutex> lock;
    turn_.announce(from, [&] {
        lock = std::unique_lock(mutex_);
        taken = open_.load(std::memory_order_relaxed);
        if (m.expected) ++noted_;
        if (!taken) {
            note();
            return lock.unlock();
        }
        idle_ = async::idle_work();
        pipeline_.add(j, m.inside, std::move(m.within));
        if (!pipeline_.ended().empty()) return tell(std::move(lock));
        note();
        lock.unlock();
    });
    return taken;
}

bool connection::is_outside(const engine::job& j) const noexcept {
    return &asio::query(j.executor(), asio::execution::context) != &context_;
}

bool connection::serves(const engine::job& j) const noexcept {
    return !is_outside(j) || !counter_.stopped();
}

void connection::lend(bool leased) noexcept {
    std::lock_guard lock(mutex_);
    pipeline_.lend(leased);
}

void connection::send_own(engine::verb what) noexcept {
    std::unique_lock lock(mutex_);
    if (!open_.load(std::memory_order_relaxed)) return;
    const auto j = engine::job::make();
    j->what = what;
    j->due = after(longest_own);
    idle_ = async::idle_work();
    pipeline_.add(j);
    static_cast<void>(j->abandon()); // nobody waits for it
    flush();
    tell(std::move(lock));
    core_.alarm_at(j->due);
}

deadline connection::expire(clock::time_point now, bool at_once) noexcept {
    std::unique_lock lock(mutex_);
    const deadline left = std::min(pipeline_.expire(now, at_once), see_to_silence(now));
    const bool is_dead = now >= after(pipeline::patience, silent_from_);
    const bool stops = pipeline_.is_stopping();
    if (!socket_ || !(is_dead || pipeline_.is_overdue() || stops)) return left;
    deadline next = left;
    if (is_dead || pipeline_.is_overdue()) {
        give_up("the server did not answer in time");
    } else if (now >= stopped_by_) {
        give_up(not_stopped);
    } else {
        go_on();
        see_to_stopping(true);
        next = std::min({left, stopped_by_, now + pause});
    }
    tell(std::move(lock));
    return next;
}

// Counted from the first look that finds it. The next time to look.
deadline connection::see_to_silence(clock::time_point now) noexcept {
    const bool heard = heard_ != heard_seen_;
    heard_seen_ = heard_;
    if (pipeline_.due() > now)
        silent_from_ = no_deadline;
    else if (heard || silent_from_ == no_deadline)
        silent_from_ = now;
    const deadline noticed = after(short_silence, silent_from_);
    silent_ = now >= noticed;
    return silent_ ? after(pipeline::patience, silent_from_) : noticed;
}

clock::time_point connection::idle_since(clock::time_point now) noexcept {
    std::lock_guard lock(mutex_);
    if (pipeline_.in_flight() > 0 || written_ != written_seen_) idle_since_ = now;
    written_seen_ = written_;
    return idle_since_;
}

bool connection::abandon(engine::job& j, bool stops) noexcept {
    std::unique_lock lock(mutex_);
    if (!pipeline_.holds(j) || !j.abandon()) return false;
    if (!stops) return true;
    pipeline_.stop(j);
    go_on();
    tell(std::move(lock));
    return true;
}

// It may be asked for in vain, where the server has the statement and has not begun with it: once more, then.
void connection::see_to_stopping(bool once_more) {
    if (asking_ || !socket_) return;
    if (!pipeline_.is_stopping()) {
        stopped_by_ = no_deadline;
        asked_ = false;
        return;
    }
    if (stopped_by_ == no_deadline) stopped_by_ = after(stops_within);
    if (asked_ && (!once_more || clock::now() < again_at_)) return;
    if (backend_.key.empty() || !pipeline_.can_be_hit(written_)) return;
    auto place = core_.place_to_cancel();
    if (!place) return; // later
    asked_ = asking_ = true;
    pipeline_.beware(true);
    pgwire::output message;
    pgwire::write_cancel_request(message, backend_.process, backend_.key);
    asio::co_spawn(
        asio::make_strand(io_), request_cancel(server_, std::string(message.view()), stopped_by_),
        [who = weak_from_this(), held = std::move(place)](const std::exception_ptr& failed, bool known) {
            if (const auto self = who.lock()) self->request_over(known && !failed);
        });
}

void connection::request_over(bool known) noexcept {
    std::unique_lock lock(mutex_);
    if (!socket_) return;
    asking_ = false;
    again_at_ = after(asks_again_after);
    pipeline_.beware(false);
    if (known)
        go_on();
    else
        give_up(not_stopped);
    tell(std::move(lock));
}

void connection::give_up(const char* why) noexcept {
    say_farewell();
    fail("the connection was given up, since " + std::string(why));
}

void connection::go_on() noexcept {
    if (!open_.load(std::memory_order_relaxed)) return;
    pipeline_.feed();
    flush();
}

// A read that nobody waits for does not keep the context running.
void connection::rest() noexcept {
    if (socket_ && pipeline_.in_flight() == 0 && !idle_) idle_ = async::idle_work(counter_);
}

void connection::flush_now() noexcept {
    const auto self = weak_from_this().lock();
    if (!self) return;
    std::unique_lock lock(mutex_);
    flush();
    tell(std::move(lock));
}

void connection::arm_read() {
    const auto room = in_.room();
    socket_->async_read_some(
        asio::buffer(room.data(), room.size()),
        [self = shared_from_this()](const error_code& e, std::size_t n) { self->on_read(e, n); });
}

// Callers are resumed here, once all else is done: what they ask for goes in one write, and neither needs the loop to turn.
void connection::on_read(const error_code& e, std::size_t n) {
    const async::turn::gathering asked_here(one_thread_ ? &context_ : nullptr);
    std::unique_lock lock(mutex_);
    idle_ = async::idle_work();
    if (!socket_) return;
    take_read(e, n);
    tell_in(std::move(lock), &context_).run();
}

void connection::take_read(const error_code& e, std::size_t n) {
    if (e)
        return fail(e == asio::error::eof ? "the server closed the connection"
                                          : "the connection to the server was lost: " + e.message());
    ++heard_;
    in_.filled(n);
    if (!pipeline_.receive(in_)) return fail(pipeline_.why());
    go_on();
    if (socket_) arm_read();
}

void connection::flush() {
    while (!writing_ && open_.load(std::memory_order_relaxed) && !pipeline_.out().empty() &&
           !pipeline_.is_deep())
        write();
}

void connection::write() {
    sending_.clear();
    sending_.swap(pipeline_.out());
    pipeline_.took(sending_.size());
    error_code e;
    const std::string_view bytes = sending_.view();
    sent_ = socket_->write_some(asio::buffer(bytes.data(), bytes.size()), e);
    written_ += sent_;
    if (e && e != asio::error::would_block && e != asio::error::try_again) return hear_the_rest();
    if (sent_ == sending_.size()) {
        pipeline_.feed();
        return;
    }
    writing_ = true;
    asio::async_write(*socket_, asio::buffer(bytes.data() + sent_, bytes.size() - sent_),
                      [self = shared_from_this()](const error_code& failed, std::size_t n) {
                          self->on_written(failed, n);
                      });
}

void connection::on_written(const error_code& e, std::size_t n) {
    std::unique_lock lock(mutex_);
    writing_ = false;
    written_ += n;
    if (!open_.load(std::memory_order_relaxed)) return;
    if (e) {
        hear_the_rest();
    } else {
        pipeline_.feed();
        flush();
    }
    tell(std::move(lock));
}

// The server takes nothing any more; what it has said before is there to be read, and then the end.
void connection::hear_the_rest() noexcept {
    open_ = false;
    error_code ignored;
    ignored = socket_->shutdown(asio::socket_base::shutdown_both, ignored);
}

void connection::fail(std::string_view why) noexcept {
    if (!socket_) return;
    open_ = false;
    // Of what a write under way has sent nothing is known.
    why_ = why;
    pipeline_.lose(why, writing_ ? std::numeric_limits<std::uint64_t>::max() : written_);
    idle_ = async::idle_work();
    socket_.reset();
}

void connection::say_farewell() noexcept {
    if (writing_) return;
    pgwire::output farewell;
    pgwire::write_terminate(farewell);
    error_code ignored;
    socket_->write_some(asio::buffer(farewell.view().data(), farewell.size()), ignored);
}

void connection::close(std::string_view why) noexcept {
    std::unique_lock lock(mutex_);
    if (!socket_) return;
    say_farewell();
    fail(why);
    tell(std::move(lock));
}

bool connection::close_at_rest(std::string_view why) noexcept {
    std::unique_lock lock(mutex_);
    if (!open_.load(std::memory_order_relaxed) || pipeline_.in_flight() > 0) return false;
    say_farewell();
    fail(why);
    tell(std::move(lock));
    return true;
}

void connection::note() noexcept {
    unanswered_.store(pipeline_.unanswered(), std::memory_order_relaxed);
    fed_.store(pipeline_.is_fed(), std::memory_order_relaxed);
    status_.store(pipeline_.status(), std::memory_order_relaxed);
    dirty_.store(pipeline_.is_dirty(), std::memory_order_relaxed);
    const std::size_t now = pipeline_.in_flight();
    in_flight_.fetch_add(now - std::exchange(noted_, now), std::memory_order_release); // modulo 2^64
}

async::awaiters connection::tell_in(std::unique_lock<std::mutex> lock,
                                    const asio::execution_context* here) noexcept {
    see_to_stopping(false);
    rest();
    note();
    const bool over = !socket_ && !std::exchange(told_end_, true);
    if (!over && pipeline_.ended().empty()) return {};
    pipeline::outcome done;
    std::swap(done, pipeline_.ended());
    const auto to = owner_.lock();
    const auto keep = shared_from_this();
    lock.unlock();
    async::awaiters callers = engine::answer_in(done.answered, core_.room, here);
    for (const auto& j : done.dropped) engine::drop(j, core_.room);
    if (over) place_.leave(false);
    if (to && over)
        to->ended(*this, std::move(done.unsent), why_);
    else if (to && !done.empty())
        to->progressed(*this);
    return callers;
}

} // namespace hawser::postgres
