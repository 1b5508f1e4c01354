#include "postgres/setting_text.hpp"
#include <hawser/mapping/sql_scan.hpp>

namespace hawser::postgres {
namespace {

using detail::any_word;
using detail::same_word;

bool is_temporary(std::string_view word) {
    return any_word(word, {"temp", "temporary"});
}
bool is_temporary_schema(std::string_view name) {
    return same_word(name, "pg_temp") || name == "\"pg_temp\"";
}

// One statement of a script, as far as its words have come.
class seen_statement {
public:
    void take(std::string_view word) {
        take_into(word);
        if (!is_in_front(word)) take_own(word);
        if (word == "." && is_temporary_schema(last_)) {
            if (same_word(first_, "create")) temporary_ = true;
            if (makes_) into_temporary_ = true;
        }
        if (same_word(word, "hold") && same_word(last_, "with")) holds_ = true;
        if (same_word(word, "drop") && same_word(last_, "commit")) drops_ = true;
        last_ = word;
    }

    // SET LOCAL, SET TRANSACTION and SET CONSTRAINTS end with their transaction; SET local.x is a setting of that name.
    [[nodiscard]] std::string_view lasting() const {
        if (temporary_ && !drops_) return "create temporary";
        if (into_temporary_) return "into temporary";
        if (same_word(first_, "declare") && holds_) return "with hold";
        const bool sets = same_word(first_, "set") && (!detail::is_local_word(second_) || third_ == ".");
        const bool prepares = same_word(first_, "prepare") && !same_word(second_, "transaction");
        const bool always =
            any_word(first_, {"reset", "listen", "unlisten", "deallocate", "discard", "load"});
        return sets || prepares || always ? first_ : std::string_view{};
    }

private:
    // EXPLAIN ANALYZE VERBOSE .., EXPLAIN (ANALYZE, VERBOSE) ..
    bool is_in_front(std::string_view word) {
        if (words_ > 0) return false;
        if (same_word(word, "explain")) return explains_ = true;
        if (!explains_) return false;
        if (word == "(") ++depth_;
        if (word == ")") --depth_;
        return depth_ > 0 || word == ")" || any_word(word, {"analyze", "analyse", "verbose"});
    }

    // CREATE OR REPLACE LOCAL TEMPORARY ..
    void take_own(std::string_view word) {
        if (++words_ == 1) {
            first_ = word;
            head_ = same_word(word, "create");
            return;
        }
        if (words_ == 2) second_ = word;
        if (words_ == 3) third_ = word;
        if (!head_ || any_word(word, {"or", "replace", "local", "global"})) return;
        head_ = false;
        temporary_ = is_temporary(word);
    }

    // SELECT .. INTO LOCAL TEMPORARY ..; not INSERT INTO temp.
    void take_into(std::string_view word) {
        if (into_) {
            into_ = any_word(word, {"local", "global"});
            if (is_temporary(word)) into_temporary_ = true;
        }
        if (same_word(word, "into") && !any_word(last_, {"insert", "merge"})) into_ = makes_ = true;
    }

    unsigned words_ = 0;
    std::string_view first_, second_, third_, last_;
    bool explains_ = false;
    int depth_ = 0;      // of brackets behind EXPLAIN
    bool head_ = false;  // between CREATE and what is created
    bool into_ = false;  // between INTO and its table
    bool makes_ = false; // SELECT .. INTO
    bool temporary_ = false;
    bool into_temporary_ = false;
    bool holds_ = false; // WITH HOLD
    bool drops_ = false; // ON COMMIT DROP
};

} // namespace

std::string_view lasting_word(std::string_view script) noexcept {
    seen_statement one;
    while (!script.empty()) {
        const detail::token t = detail::next_token(script);
        script.remove_prefix(t.text.size());
        if (t.kind == detail::token_kind::blank) continue;
        if (t.text != ";") {
            one.take(t.text);
            continue;
        }
        if (const auto word = one.lasting(); !word.empty()) return word;
        one = {};
    }
    return one.lasting();
}

} // namespace hawser::postgres
