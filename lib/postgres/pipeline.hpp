#pragma once
// The protocol of one connection, without its socket: jobs become bytes, bytes become answers.
#include "pgwire/frame.hpp"
#include "pgwire/message/command_complete.hpp"
#include "pgwire/output.hpp"
#include "pgwire/server_error.hpp"
#include "pgwire/types.hpp"
#include "postgres/bulk_text.hpp"
#include "postgres/failure.hpp"
#include "postgres/flight.hpp"
#include "postgres/known_types.hpp"
#include "postgres/open_cursor.hpp"
#include "postgres/row_reader.hpp"
#include "postgres/statements.hpp"
#include <boost/circular_buffer.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <hawser/core/errc.hpp>
#include <hawser/core/parameters.hpp>
#include <hawser/engine/job.hpp>
#include <hawser/observe/observer.hpp>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace hawser::postgres {

// Many jobs are under way at once, each in Sync units of its own, answered in the order in which they were added.
//
// Invariants
// 1. steps_ are in the order of the bytes; the front one gets the server's messages.
// 2. A job is in one of the lists of ended() exactly once after add().
// 3. Success is told at ReadyForQuery only: before it, nothing is stored.
// 4. status() is the byte of the last ReadyForQuery; nothing else says whether a transaction is open.
// 5. What failed is sent again at most once, by itself, and only where the server keeps nothing of it; but the rollback
//    to the savepoint of a trial goes in front of it, in the same write and unit.
class pipeline {
public:
    static constexpr std::size_t any_length = ~std::size_t{0};
    static constexpr std::size_t most_in_group = 64; // reads that share a Sync
    static constexpr std::size_t deep = 32;
    // `longest_answer`: bytes of the rows of one job; what is longer fails, and its rows go nowhere. `server_words`:
    // failures repeat the server's message even where it may hold values.
    pipeline(known_types& types, std::size_t kept_statements, std::size_t longest_answer = any_length,
             bool server_words = false);
    ~pipeline();
    pipeline(const pipeline&) = delete;
    pipeline& operator=(const pipeline&) = delete;

    // Reads that follow each other before they leave share a Sync. Not on a lease.
    void group_reads(bool grouped) noexcept { groups_reads_ = grouped; }
    // A caller's own: transactions may be open between its jobs. Else any that is found open is undone.
    void lend(bool leased) noexcept { leased_ = leased; }
    // What a lease has sent may outlive it: hand_back is to come before the next one.
    [[nodiscard]] bool is_dirty() const noexcept { return dirty_; }

    // Null: nobody. Told while the pipeline works.
    void watch(hawser::observer* by) noexcept { watch_ = by; }

    // Starts the job and appends its bytes to out(); one that somebody has ended is dropped. What cannot be encoded
    // has ended, and nothing of it is in out(). Never throws. `inside`: it belongs to a transaction that was begun
    // before, and is refused where that has ended without its COMMIT or ROLLBACK. `within`: the name of the
    // transaction or session, for events.
    void add(engine::job_ptr j, bool inside = false, std::shared_ptr<const std::string> within = {}) noexcept;

    // What is to be sent; whoever takes bytes away says how many.
    [[nodiscard]] pgwire::output& out() noexcept { return out_; }
    // Once out() was taken, or something was answered: writes more of a bulk statement, whose rows go bit by bit, and
    // of those that wait behind it.
    void feed() noexcept;
    // A bulk statement is under way: others wait for it.
    [[nodiscard]] bool is_fed() const noexcept { return fed_ != nullptr; }
    void took(std::size_t bytes) noexcept {
        taken_ += bytes;
        sent_to_ = steps_.size();
    }
    // The server has so much to do that what is in out() may wait for more: it goes in fewer writes then, and the server
    // has nothing to wait for meanwhile. Not behind an open unit, which the server may not answer before its Sync.
    [[nodiscard]] bool is_deep() const noexcept {
        return !leased_ && fed_ == nullptr && sent_to_ >= deep && sent_to_ > steps_.size() - sent_to_ &&
               steps_[sent_to_ - 1].ends_unit;
    }

    // Takes all whole messages. False: the connection is of no use any more, why() says why, and lose() is to follow.
    [[nodiscard]] bool receive(pgwire::frames& from) noexcept;
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

    // The connection is gone: whatever is under way has ended. `written`: how many of the bytes that were taken have
    // left; a unit whose Sync has not was not done.
    void lose(std::string_view why, std::uint64_t written) noexcept;

    struct outcome {
        std::vector<engine::job_ptr> answered; // to be told to their callers
        std::vector<engine::job_ptr>
            dropped; // somebody else has answered them: their room is to be given back
        std::vector<engine::job_ptr>
            unsent; // queued again: the connection was lost before anything of them was done
        [[nodiscard]] bool empty() const noexcept {
            return answered.empty() && dropped.empty() && unsent.empty();
        }
        void clear() noexcept {
            answered.clear();
            dropped.clear();
            unsent.clear();
        }
    };
    [[nodiscard]] outcome& ended() noexcept { return ended_; }

    // Jobs under way.
    [[nodiscard]] std::size_t in_flight() const noexcept { return live_.size() + behind_.size(); }
    // Bytes of what they ask: those that are not answered, and those that are not made yet.
    [[nodiscard]] std::size_t unanswered() const noexcept {
        return taken_ + out_.size() - answered_ + parked_bytes_;
    }
    // 'I' idle, 'T' in a transaction, 'E' in a failed one.
    [[nodiscard]] char status() const noexcept { return status_; }
    // Of the shared lane: by when what the server works on now was to be answered.
    [[nodiscard]] deadline due() const noexcept {
        return leased_ || steps_.empty() ? no_deadline : steps_.front().of->job->due;
    }
    // The server works on it now, and on nothing else before it.
    [[nodiscard]] bool is_head(const engine::job& j) const noexcept;
    [[nodiscard]] bool holds(const engine::job& j) const noexcept;
    // The earliest deadline of what is under way; callers of those that are not after `now` are let go, and a lease's
    // are to be stopped. `at_once`: all, whatever their deadlines, but what ends a transaction.
    [[nodiscard]] deadline expire(clock::time_point now, bool at_once = false) noexcept;
    // As expire() has seen: what was to end a transaction or a savepoint was not answered by its deadline, nor for
    // `patience` after it. The connection is to be ended.
    static constexpr std::chrono::seconds patience{5};
    [[nodiscard]] bool is_overdue() const noexcept { return overdue_; }

    // A CancelRequest names the session, not the statement: it is for a lease on which nothing else is under way. Marks
    // a job whose caller has gone; feed() gives up what is fed of it.
    void stop(const engine::job& j) noexcept;
    // All that is under way is to be stopped. What comes meanwhile waits.
    [[nodiscard]] bool is_stopping() const noexcept {
        return leased_ && stopping_ > 0 && stopping_ == live_.size();
    }
    // And the server works on it, since its bytes have left: of those that were taken `written`.
    [[nodiscard]] bool can_be_hit(std::uint64_t written) const noexcept;
    // While a request is on its way nothing is sent that it could hit instead, but for a Sync, and what was answered is
    // under way all the same.
    void beware(bool of_request) noexcept { beware_ = of_request; }

private:
    enum class sync : bool { no, yes };
    struct parked {
        engine::job_ptr job;
        bool inside;
        std::shared_ptr<const std::string> within;
        std::size_t bytes = 0;
    };
    [[nodiscard]] bool must_wait(const engine::job& j) const noexcept;
    void launch(parked p) noexcept;
    [[nodiscard]] flight& new_flight(engine::job_ptr j);
    step& push(flight& f);

    void start(flight& f);
    void send_run(flight& f);
    [[nodiscard]] bool is_within_another() const noexcept;
    void send_isolated(flight& f);
    [[nodiscard]] bool may_be_refused(const flight& f);
    void send_trial(flight& f);
    void undo_trial(flight& f);
    void send_requests(flight& f, std::size_t first, std::size_t last, sync s);
    void send_request(flight& f, engine::request& r, sync s);
    void send_control(flight& f, const statement& what, sync s);
    void send_probe(flight& f);
    void see_to_leavings(std::string_view kind, std::string_view name, std::string_view sql);
    void send_script(flight& f, std::string_view text);
    void send_sync(flight& f);
    void send_forget(flight& f);
    void send_open(flight& f);
    void send_fetch(flight& f);
    void declare(flight& f, open_cursor& c);
    void close_dropped(flight& f);
    void close_portal(flight& f, open_cursor& c);
    [[nodiscard]] open_cursor& cursor_for(flight& f);
    [[nodiscard]] std::string free_portal() const;
    void speak_of(step& s, open_cursor& c) noexcept;
    void forget_cursors(bool lasting_too) noexcept;
    void forget_if_gone(open_cursor& c) noexcept;
    [[nodiscard]] const engine::request* opening_of(const engine::job& fetch) const noexcept;
    void begin_bulk(flight& f, engine::request& r);
    void send_wrapping(flight& f);
    [[nodiscard]] bool may_be_mistyped(const flight& f);
    void end_parts(flight& f);
    void go_on_feeding(flight& f);
    void end_update(flight& f);
    void send_row_probe(flight& f, std::size_t row, sync at_end);
    void note_missed(const step& s);
    void tell_missed(const flight& f);
    [[nodiscard]] std::exception_ptr missed_failure(const flight& f) const;
    void begin_copy(flight& f, engine::request& r);
    [[nodiscard]] bool must_ask_types(const flight& f);
    void ask_types(flight& f, std::string_view question);
    void go_on_asking(flight& f) noexcept;
    [[nodiscard]] std::vector<pgwire::oid> unknown_types(const flight& f) const;
    void ask_catalog(flight& f, std::span<const pgwire::oid> types);
    void take_types();
    void write_bulk_parse(const step& s);
    [[nodiscard]] std::vector<array_form> choose_elements(const step& s) const;
    void send_copy(flight& f);
    void send_copied(flight& f);
    void write_copied_row(const flight& f);
    [[nodiscard]] std::size_t fill_part(const flight& f);
    void send_part(flight& f, std::size_t rows, sync s);
    void end_bulk(flight& f);
    void give_up_bulk(flight& f, std::exception_ptr why);
    void write_rows(const step& s);
    void write_array(const step& s, std::size_t column);
    void take_bulk_row(step& s, std::string_view body);
    void end_part(step& s);
    void write_statement(step& s, std::span<const field_view> values, sync at_end);
    void write_parse(const step& s, std::span<const field_view> values);
    void note_typing(const step& s, bool parsed);
    [[nodiscard]] bool leaves_open(const step& s, const field_view& v) const noexcept;
    [[nodiscard]] std::size_t begin_usual_bind(prepared& p, std::size_t values);
    void write_bind(const step& s, std::span<const field_view> values);
    void end_bytes(step& s, sync at_end);
    [[nodiscard]] bool write_close(step& s);
    struct reached {
        std::size_t bytes;
        std::size_t steps;
    };
    [[nodiscard]] reached here() noexcept;
    void take_back(const reached& before) noexcept;

    [[nodiscard]] bool take(const pgwire::frame& f);
    [[nodiscard]] step* front() noexcept;
    [[nodiscard]] bool is_to_be_skipped(const pgwire::frames::announcement& coming);
    [[nodiscard]] bool take_long_row();
    [[nodiscard]] std::exception_ptr longer_than_may_be(const step& s) const;
    [[nodiscard]] bool take_answer(step& s, const pgwire::frame& f);
    [[nodiscard]] bool take_script(step& s, const pgwire::frame& f);
    [[nodiscard]] bool take_alone(const pgwire::frame& f);
    void take_notice(const step* s, std::string_view body) const;
    void take_parameters(const step& s, std::string_view body);
    void take_columns(step& s, std::string_view body);
    void take_row(step& s, std::string_view body);
    static void take_probed(const step& s);
    void take_wanted_row(step& s, std::string_view body);
    pgwire::command_complete note_tag(std::string_view body);
    void note_definition(std::string_view tag) noexcept;
    [[nodiscard]] std::exception_ptr not_committed() const;
    void take_nothing(step& s);
    void take_end(step& s, std::string_view body);
    void end_rows(step& s, std::int64_t told);
    [[nodiscard]] bool take_failure(step& s, std::string_view body);
    [[nodiscard]] bool take_ready(step& s, std::string_view body);
    [[nodiscard]] bool broken(std::string_view what);
    [[nodiscard]] bool farewell(const pgwire::server_error& e);

    void judge(step& s, const pgwire::server_error& e);
    void fail(step& s, std::exception_ptr why) noexcept;
    void unread(step& s, std::exception_ptr why) noexcept;
    [[nodiscard]] bool may_try_again(const step& s) const noexcept;
    [[nodiscard]] bool may_read_again(const step& s) const noexcept;
    void try_again(step& s);
    [[nodiscard]] failure_context context_of(const step& s) const;
    [[nodiscard]] failure_context context_at_sync(const step& s, const pgwire::server_error& e) const;
    [[nodiscard]] failure_context copied_context(const step& s, const pgwire::server_error& e) const;
    [[nodiscard]] failure_context context_of(const flight& f, const engine::request* r) const;
    [[nodiscard]] deadline see_to_end(const engine::job& j, clock::time_point now) noexcept;
    [[nodiscard]] lost_work lost_part(const flight& f, std::uint64_t written) const noexcept;
    [[nodiscard]] static bool was_answered(const flight& f) noexcept;
    [[nodiscard]] bool is_surely_undone(const flight& f) const noexcept;
    [[nodiscard]] bool was_undone(const flight& f) const noexcept;
    void lose_each(flight& f, std::string_view why, std::uint64_t written);
    void note_status(step& s, char now);
    void ended_by_another();
    void skip_rest_of_unit(const flight& f) noexcept;
    void pop() noexcept;
    void leave(step& s) noexcept;
    void sync_over(flight& f) noexcept;
    void unit_over(flight& f) noexcept;
    void join_group(flight& f) noexcept;
    void part_from_group(flight& f);
    void send_group_alone(const flight& failed, bool and_itself) noexcept;
    void carry_group(const flight& one) noexcept;
    void group_over(flight& first) noexcept;
    void resume(flight& f) noexcept;
    void go_on(flight& f);
    void finish(flight& f) noexcept;
    [[nodiscard]] engine::job_ptr retire(flight& f) noexcept;

    // What the observer is told, if there is one.
    void tell_started(flight& f, const engine::request& r) noexcept;
    void tell_started(const flight& f, open_cursor& c) noexcept;
    void note_work(step& s) noexcept;
    void tell_ended(const open_cursor& c) noexcept;
    void tell_ended(flight& f, std::optional<errc> failure) noexcept;
    void note_transaction(const flight& f) noexcept;
    void tell_transaction(transaction_outcome how) noexcept;

    known_types& types_; // of the database
    pgwire::output out_;
    std::uint64_t taken_ = 0;    // bytes that have left out_
    std::uint64_t answered_ = 0; // of these, and of those in out_
    const std::size_t longest_answer_;
    const bool server_words_;
    statements statements_;
    std::vector<std::string> closed_; // names of statements, by Close messages since here()
    row_reader rows_;
    std::list<open_cursor> cursors_;
    boost::circular_buffer<step> steps_;
    std::size_t sent_to_ = 0; // so many of them, from the front, have left out_
    std::vector<std::unique_ptr<flight>> live_;
    std::vector<std::unique_ptr<flight>> spare_;
    flight* fed_ = nullptr;
    std::deque<flight*> paused_; // have more to send, once the bulk statement is through
    std::deque<parked> behind_;  // came while it was under way, or wait for it
    std::size_t parked_bytes_ = 0;
    prepared copied_; // the columns of the table that fed_ copies into, or what types its values are to have
    std::vector<std::string> type_rows_; // of the catalog
    parameters row_values_{parameters::text_mode::borrow};
    std::vector<std::int64_t> keys_;
    std::unordered_set<std::string> part_keys_; // of the rows in row_values_
    outcome ended_;
    std::string why_;
    std::string why_state_; // SQLSTATE of the server's last words
    char status_ = 'I';
    std::optional<errc>
        broken_by_; // what the transaction that is open has failed with, as far as it is known
    bool leased_ = false;
    bool dirty_ = false;
    bool defines_ = false; // the open transaction has made, changed or dropped something
    bool overdue_ = false;
    hawser::observer* watch_ = nullptr;
    clock::time_point worked_until_{}; // the last answer
    struct {
        bool open = false;
        std::shared_ptr<const std::string> name;
        clock::time_point since;
        std::size_t statements = 0;
    } transaction_;            // of the lease, as the observer will be told
    std::size_t stopping_ = 0; // of live_
    bool beware_ = false;
    bool groups_reads_ = false;
};

} // namespace hawser::postgres
