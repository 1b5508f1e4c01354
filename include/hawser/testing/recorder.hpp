#pragma once
// Remembers the statements that a database runs, and says where they are not those that a test expects.
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <hawser/observe/observer.hpp>
#include <hawser/testing/failed_expectation.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hawser::testing {

struct recorded_statement {
    std::string name;       // "trades.insert", or the name given to the call
    std::string sql;        // as it was sent, placeholders unfilled
    std::string within;     // the name of the transaction or session; empty: the statement stood alone
    std::thread::id thread; // that ran it
    bool ended = false;     // false: it runs still, or is a stream that is not read to its end
    std::int64_t rows = 0;  // returned or affected
    std::optional<errc> failure;
};

class recorder;

// What a recorder has seen since the scope was made. A cheap value; the recorder outlives it. An expectation that does
// not hold throws failed_expectation with the list of the scope's statements.
class recorded_scope {
public:
    // In the order in which the engine began them.
    [[nodiscard]] std::vector<recorded_statement> statements() const;
    [[nodiscard]] std::vector<std::string> sql() const;
    [[nodiscard]] std::vector<std::string> names() const;

    // Exactly so many statements. One of a bulk call is one statement, whatever the number of its rows; BEGIN, COMMIT,
    // savepoints and scripts are none.
    void expect_queries(std::size_t count) const;
    // Exactly these texts, in this order.
    void expect_sql(const std::vector<std::string>& texts) const;
    template <std::convertible_to<std::string_view>... Texts>
    void expect_sql(const Texts&... texts) const {
        expect_sql(listed(texts...));
    }
    // Exactly the statements of these names, in this order.
    void expect_names(const std::vector<std::string>& names) const;
    template <std::convertible_to<std::string_view>... Names>
    void expect_names(const Names&... names) const {
        expect_names(listed(names...));
    }
    // No text was run more than `most` times: a loop that awaits one statement for each row is one query, a bulk call or
    // load_related<> in disguise. The failure names the statement that was run most often.
    void expect_no_n_plus_one(std::size_t most = 2) const;

private:
    friend class recorder;
    recorded_scope(const recorder& of, std::size_t first) noexcept : of_(&of), first_(first) {}
    template <class... Texts>
    static std::vector<std::string> listed(const Texts&... texts) {
        std::vector<std::string> all;
        (all.emplace_back(std::string_view(texts)), ...);
        return all;
    }

    const recorder* of_;
    std::size_t first_;
};

// An observer: {.observer = &seen}, of a test's own database or of one that hawser::open() gives. Outlives the database.
// A statement is remembered before its caller is resumed, so that a test which has awaited it sees it.
// It is what the engine runs: a statement that a group commit has to run again is there twice. Thread-safe.
class recorder final : public observer {
public:
    [[nodiscard]] recorded_scope scope() const;
    // All since the beginning, or since forget().
    [[nodiscard]] std::vector<recorded_statement> statements() const;
    // Interactive transactions that have ended: names and outcomes.
    [[nodiscard]] std::vector<std::pair<std::string, transaction_outcome>> transactions() const;
    [[nodiscard]] std::vector<std::string> warnings() const;
    // Scopes begin anew.
    void forget();

    void on(const statement_started& e) noexcept override;
    void on(const statement_ended& e) noexcept override;
    void on(const transaction_ended& e) noexcept override;
    void on(const warning& e) noexcept override;

private:
    friend class recorded_scope;
    [[nodiscard]] std::vector<recorded_statement> since(std::size_t first) const;

    mutable std::mutex mutex_;
    std::vector<recorded_statement> statements_;
    std::size_t forgotten_ = 0; // before those
    std::vector<std::pair<std::string, transaction_outcome>> transactions_;
    std::vector<std::string> warnings_;
};

// One line: "trades.insert, 1 row, in 'apply_fill': insert into ..".
[[nodiscard]] std::string to_string(const recorded_statement& s);

} // namespace hawser::testing
