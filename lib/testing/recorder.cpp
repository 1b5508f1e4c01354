#include <algorithm>
#include <hawser/testing/recorder.hpp>
#include <map>

namespace hawser::testing {
namespace {

std::string counted(std::size_t n, const std::string& what) {
    return std::to_string(n) + ' ' + what + (n == 1 ? "" : "s");
}

std::string listing(const std::vector<recorded_statement>& all) {
    if (all.empty()) return "\n  no statement was run";
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i)
        text += "\n  " + std::to_string(i + 1) + ". " + to_string(all[i]);
    return text;
}

[[noreturn]] void fail(const std::string& what, const std::vector<recorded_statement>& seen) {
    throw failed_expectation(what + "; these were run:" + listing(seen));
}

void expect_texts(const std::vector<std::string>& wanted, const std::vector<std::string>& given,
                  const char* what, const std::vector<recorded_statement>& seen) {
    if (given == wanted) return;
    const auto at = static_cast<std::size_t>(
        std::mismatch(wanted.begin(), wanted.end(), given.begin(), given.end()).first - wanted.begin());
    std::string text = "statement " + std::to_string(at + 1) + " has another " + what + " than expected";
    if (at >= wanted.size())
        text = "only " + counted(wanted.size(), "statement") + " were expected";
    else if (at >= given.size())
        text =
            counted(wanted.size(), "statement") + " were expected, " + std::to_string(given.size()) + " run";
    if (at < wanted.size()) text += "\n  expected: " + wanted[at];
    if (at < given.size()) text += "\n  run:      " + given[at];
    fail(text, seen);
}

} // namespace

std::string to_string(const recorded_statement& s) {
    std::string text = s.name;
    if (s.failure)
        text += ", " + std::string(hawser::to_string(*s.failure));
    else
        text +=
            s.ended ? ", " + counted(static_cast<std::size_t>(s.rows), "row") : std::string(", not ended");
    if (!s.within.empty()) text += ", in '" + s.within + "'";
    return text + ": " + s.sql;
}

std::vector<recorded_statement> recorded_scope::statements() const {
    return of_->since(first_);
}
std::vector<std::string> recorded_scope::sql() const {
    std::vector<std::string> all;
    for (auto& s : statements()) all.push_back(std::move(s.sql));
    return all;
}
std::vector<std::string> recorded_scope::names() const {
    std::vector<std::string> all;
    for (auto& s : statements()) all.push_back(std::move(s.name));
    return all;
}

void recorded_scope::expect_queries(std::size_t count) const {
    const auto seen = statements();
    if (seen.size() != count)
        fail("expected " + counted(count, "statement") + ", not " + std::to_string(seen.size()), seen);
}
void recorded_scope::expect_sql(const std::vector<std::string>& texts) const {
    expect_texts(texts, sql(), "text", statements());
}
void recorded_scope::expect_names(const std::vector<std::string>& names) const {
    expect_texts(names, this->names(), "name", statements());
}
void recorded_scope::expect_no_n_plus_one(std::size_t most) const {
    const auto seen = statements();
    std::map<std::string_view, std::size_t> times;
    for (const auto& s : seen) ++times[s.sql];
    const recorded_statement* worst = nullptr;
    for (const auto& s : seen)
        if (times[s.sql] > most && (worst == nullptr || times[s.sql] > times[worst->sql])) worst = &s;
    if (worst)
        fail(worst->name + " was run " + std::to_string(times[worst->sql]) + " times, at most " +
                 std::to_string(most) + " were expected: one statement for each row",
             seen);
}

recorded_scope recorder::scope() const {
    const std::lock_guard lock(mutex_);
    return {*this, forgotten_ + statements_.size()};
}
std::vector<recorded_statement> recorder::statements() const {
    return since(0);
}
std::vector<recorded_statement> recorder::since(std::size_t first) const {
    const std::lock_guard lock(mutex_);
    const auto from = std::min(first - std::min(first, forgotten_), statements_.size());
    return {statements_.begin() + static_cast<std::ptrdiff_t>(from), statements_.end()};
}
std::vector<std::pair<std::string, transaction_outcome>> recorder::transactions() const {
    const std::lock_guard lock(mutex_);
    return transactions_;
}
std::vector<std::string> recorder::warnings() const {
    const std::lock_guard lock(mutex_);
    return warnings_;
}
void recorder::forget() {
    const std::lock_guard lock(mutex_);
    forgotten_ += statements_.size();
    statements_.clear();
    transactions_.clear();
    warnings_.clear();
}

void recorder::on(const statement_started& e) noexcept {
    const std::lock_guard lock(mutex_);
    auto& s = statements_.emplace_back();
    s.name = e.name;
    s.sql = e.sql;
    s.within = e.within;
    s.thread = std::this_thread::get_id();
}
// Statements of one thread end in any order where streams are among them. On PostgreSQL many of one text are under way
// at once, end in the order in which they began, and perhaps on another thread.
void recorder::on(const statement_ended& e) noexcept {
    const std::lock_guard lock(mutex_);
    const auto is_it = [&](const recorded_statement& s) {
        return !s.ended && s.sql == e.sql && s.name == e.name && s.within == e.within;
    };
    const auto here = [&, thread = std::this_thread::get_id()](const recorded_statement& s) {
        return s.thread == thread && is_it(s);
    };
    auto begun = std::find_if(statements_.begin(), statements_.end(), here);
    if (begun == statements_.end()) begun = std::find_if(statements_.begin(), statements_.end(), is_it);
    if (begun == statements_.end()) return;
    begun->ended = true;
    begun->rows = e.rows;
    begun->failure = e.failure;
}
void recorder::on(const transaction_ended& e) noexcept {
    const std::lock_guard lock(mutex_);
    transactions_.emplace_back(e.name, e.outcome);
}
void recorder::on(const warning& e) noexcept {
    const std::lock_guard lock(mutex_);
    warnings_.emplace_back(e.text);
}

} // namespace hawser::testing
