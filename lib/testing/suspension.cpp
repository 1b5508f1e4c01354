#include "testing/fault_state.hpp"
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <hawser/core/error.hpp>
#include <hawser/testing/failed_expectation.hpp>
#include <hawser/testing/fault_plan.hpp>
#include <hawser/testing/suspension.hpp>
#include <iostream>

namespace hawser::testing {

std::string_view to_string(interruption_kind kind) noexcept {
    switch (kind) {
    case interruption_kind::none: return "undisturbed";
    case interruption_kind::refused: return "refused with disk_full";
    case interruption_kind::contended: return "refused with busy";
    case interruption_kind::delayed: return "delayed";
    case interruption_kind::cancelled_before: return "cancelled while it was queued";
    case interruption_kind::cancelled_after: return "cancelled after it was done";
    case interruption_kind::cut_before: return "connection lost before it was done";
    case interruption_kind::cut_after: return "connection lost after it was done";
    }
    return "unknown";
}

std::string to_string(const interruption& i) {
    std::string text = i.step == 0 ? std::string() : "step " + std::to_string(i.step) + " (" + i.name + "), ";
    text += to_string(i.kind);
    if (i.completed) return text + "; the body came to its end";
    if (i.failure)
        text += "; the body ended with " + std::string(hawser::to_string(*i.failure)) + ": " + i.message;
    return text;
}

namespace detail {
namespace {

constexpr std::array kinds{interruption_kind::refused,         interruption_kind::contended,
                           interruption_kind::delayed,         interruption_kind::cancelled_before,
                           interruption_kind::cancelled_after, interruption_kind::cut_before,
                           interruption_kind::cut_after};

// One run of a body with one interruption.
class run {
public:
    run(const suspension_options& options, interruption_kind kind, std::size_t step) : options_(options) {
        what_.kind = kind;
        what_.step = step;
        options_.database.faults = &faults_;
    }

    // Runs a task to its end. Its failure is given, not thrown.
    std::exception_ptr to_its_end(task<void> t, const char* what) {
        std::exception_ptr failure;
        bool ended = false;
        boost::asio::co_spawn(context_, std::move(t),
                              boost::asio::bind_cancellation_slot(signal_.slot(), [&](std::exception_ptr e) {
                                  failure = std::move(e);
                                  ended = true;
                              }));
        context_.restart();
        context_.run_for(options_.patience);
        if (!ended)
            throw failed_expectation(std::string(what) + " did not end within " +
                                     std::to_string(options_.patience.count()) + " s");
        return failure;
    }

    void plan() {
        const auto at = faults_.at_step(what_.step);
        switch (what_.kind) {
        case interruption_kind::none: break;
        case interruption_kind::refused: return at.fail(errc::disk_full);
        case interruption_kind::contended: return at.fail(errc::busy);
        case interruption_kind::delayed: return at.delay(std::chrono::milliseconds(1));
        case interruption_kind::cancelled_before:
            return at.cancel(signal_, context_.get_executor(), moment::before);
        case interruption_kind::cancelled_after:
            return at.cancel(signal_, context_.get_executor(), moment::after);
        case interruption_kind::cut_before: return at.cut(moment::before);
        case interruption_kind::cut_after: return at.cut(moment::after);
        }
    }

    // How the body ended; rethrows what no body of ours ends with.
    void note(const std::exception_ptr& failure) {
        if (!failure) {
            what_.completed = true;
            return;
        }
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) {
            what_.failure = e.kind();
            what_.message = e.what();
        } catch (const boost::system::system_error& e) {
            if (e.code() != boost::asio::error::operation_aborted) throw;
            what_.failure = errc::cancelled;
            what_.aborted = true;
            what_.message = e.what();
        }
        if (what_.kind == interruption_kind::none || what_.kind == interruption_kind::delayed)
            throw failed_expectation("nothing had failed");
    }

    // False: the body has fewer steps.
    bool perform(std::vector<described_table> tables, const suspension_body& prepare,
                 const suspension_body& body, const suspension_check& check) {
        std::optional<database> db;
        rethrow(to_its_end(open(std::move(tables), db), "opening the database"));
        if (prepare) rethrow(to_its_end(prepare(*db), "what comes before the body"));
        faults_.clear();
        if (what_.kind != interruption_kind::none) plan();
        const std::exception_ptr failure = to_its_end(body(*db), "the body");
        what_.name = state_of(faults_)->last_struck();
        steps_ = faults_.steps();
        const bool struck = what_.kind == interruption_kind::none || faults_.struck() > 0;
        faults_.clear();
        if (struck) {
            note(failure);
            rethrow(to_its_end(usable(*db), "the engine's next transaction"));
            if (const auto inside = db->get().database->engine->room().count().inside; inside != 0)
                throw failed_expectation(std::to_string(inside) + " calls are left in the engine");
            rethrow(to_its_end(check(*db, what_), "the check"));
        } else {
            rethrow(failure);
        }
        rethrow(to_its_end(db->close(), "closing the database"));
        return struck;
    }

    [[nodiscard]] const interruption& what() const noexcept { return what_; }
    [[nodiscard]] const std::vector<std::string>& steps() const noexcept { return steps_; }

private:
    static void rethrow(const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    }
    task<void> open(std::vector<described_table> tables, std::optional<database>& to) {
        auto opening = options_.in_file ? open_temporary(std::move(tables), options_.database)
                                        : open_in_memory(std::move(tables), options_.database);
        to.emplace(co_await std::move(opening));
    }
    // A transaction waits for its turn: whatever the body has left open is over by then.
    static task<void> usable(database db) {
        hawser::transaction tx = co_await db.begin({.name = "usable"});
        co_await tx.commit();
        co_await db.ping();
    }

    // The context goes first: frames that are left in it let go of the others.
    boost::asio::cancellation_signal signal_;
    fault_plan faults_;
    boost::asio::io_context context_{1};
    suspension_options options_;
    interruption what_;
    std::vector<std::string> steps_;
};

// Says where it happened, whatever it is.
[[noreturn]] void rethrow_told(const interruption& what) {
    const std::string where = to_string(what);
    try {
        throw;
    } catch (const std::exception& e) { throw failed_expectation(where + "\n  " + e.what()); } catch (...) {
        std::cerr << "hawser::testing: " << where << '\n';
        throw;
    }
}

} // namespace

suspension_report run_every_suspension(const std::function<std::vector<described_table>()>& tables,
                                       const suspension_body& prepare, const suspension_body& body,
                                       const suspension_check& check, const suspension_options& options) {
    suspension_report report;
    const auto perform = [&](interruption_kind kind, std::size_t step) {
        run one(options, kind, step);
        ++report.runs;
        try {
            const bool struck = one.perform(tables(), prepare, body, check);
            if (kind == interruption_kind::none) report.steps = one.steps();
            return struck;
        } catch (...) { rethrow_told(one.what()); }
    };
    perform(interruption_kind::none, 0);
    for (const auto kind : kinds) {
        std::size_t step = 1;
        while (perform(kind, step)) {
            if (++step > options.most)
                throw failed_expectation("the body has more than " + std::to_string(options.most) + " steps");
        }
    }
    return report;
}

} // namespace detail
} // namespace hawser::testing
