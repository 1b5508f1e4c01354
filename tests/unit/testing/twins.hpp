#pragma once
// A repository on SQLite and a fake one, side by side: each step is taken by both, with the same outcome.
#include "support/catch.hpp"
#include <array>
#include <hawser/hawser.hpp>
#include <hawser/testing/clock.hpp>
#include <hawser/testing/fake_repository.hpp>
#include <hawser/testing/uuids.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace twins {

using hawser::col;
using hawser::task;
using hawser::testing::fake_repository;

// What was seen, as text that is compared and read.
inline std::string shown(const hawser::field_view& f) {
    using hawser::field_type;
    switch (f.type) {
    case field_type::null: return "null";
    case field_type::float64: return std::to_string(f.real);
    case field_type::text:
    case field_type::bytes:
    case field_type::json:
    case field_type::wide_decimal:
    case field_type::uuid: {
        std::string out = "'";
        for (const char c : f.text())
            if (c >= ' ' && c <= '~')
                out += c;
            else
                out += '\\' + std::to_string(static_cast<unsigned char>(c));
        return out + "'";
    }
    default: return std::to_string(f.integer);
    }
}
template <class V>
std::string value_text(const V& v) {
    hawser::parameters values;
    try {
        hawser::detail::encode(v, values);
    } catch (const hawser::error&) { return "?"; }
    return shown(values.slice(0, 1)[0]);
}
template <std::integral V>
std::string text(V v) {
    return std::to_string(v);
}
inline std::string text(bool v) {
    return v ? "true" : "false";
}
inline std::string text(const hawser::upsert_counts& c) {
    return std::to_string(c.inserted) + " inserted, " + std::to_string(c.updated) + " updated";
}
template <hawser::entity T>
std::string text(const T& row) {
    std::string out = "(";
    hawser::detail::for_each_column<T>([&](auto column) {
        if (out.size() > 1) out += ", ";
        out += value_text(row.*decltype(column)::pointer);
    });
    return out + ")";
}
template <class V>
    requires(!hawser::entity<V> && hawser::mapped<V> && !std::is_integral_v<V>)
std::string text(const V& v) {
    return value_text(v);
}
template <class... V>
std::string text(const std::tuple<V...>& key) {
    std::string out = "<";
    std::apply([&](const V&... v) { ((out += value_text(v) + " "), ...); }, key);
    return out + ">";
}
template <class V>
std::string text(const std::optional<V>& v) {
    return v ? text(*v) : "nothing";
}
template <class K>
std::string text(const hawser::missed_row<K>& m) {
    return "row " + std::to_string(m.row) + " of " + text(m.key) +
           (m.why == hawser::miss::stale ? " stale" : " missing");
}
template <class V>
std::string text(const std::vector<V>& values) {
    std::string out = "[";
    for (const auto& v : values) out += text(static_cast<const V&>(v)) + "\n";
    return out + "]";
}

// Without "(sqlite 2067)", and without the name of the statement, which in bulk is another.
inline std::string plain(std::string message) {
    const auto cut = [&](std::string_view from, std::string_view to) {
        const auto first = message.find(from);
        if (first == std::string::npos) return;
        const auto last = message.find(to, first + 1);
        message.erase(first, last == std::string::npos ? last : last + to.size() - first);
    };
    cut(" (sqlite ", ")");
    return message;
}
inline std::string text(const hawser::error& e) {
    std::string out(hawser::to_string(e.kind()));
    const hawser::error_info& info = e.info();
    out += " " + info.table + " " + info.constraint + " (";
    for (const auto& c : info.columns) out += c + " ";
    out += ")";
    if (info.row) out += " row " + std::to_string(*info.row);
    if (info.resume_from) out += " resume from " + std::to_string(*info.resume_from);
    if (const auto* stale = dynamic_cast<const hawser::stale_object*>(&e))
        if (stale->row_exists()) out += *stale->row_exists() ? ", exists" : ", is gone";
    if (const auto* invalid = dynamic_cast<const hawser::validation_error*>(&e))
        for (const auto& v : invalid->violations())
            out += "\n" + v.field + " " + v.rule + " " + v.message +
                   (v.row ? " row " + std::to_string(*v.row) : "");
    return out + ": " + plain(e.message());
}

template <class Step, class Rows>
task<std::string> outcome(const Step& step, const Rows& rows) {
    try {
        co_return co_await step(rows);
    } catch (const hawser::error& e) { co_return text(e); }
}

inline std::size_t below(std::mt19937& random, std::size_t n) {
    return random() % n;
}
inline int number(std::mt19937& random, int low, int high) {
    return low + static_cast<int>(below(random, static_cast<std::size_t>(high - low + 1)));
}

template <class T>
class twins {
public:
    twins(const hawser::database& db, hawser::testing::fixed_clock& clock)
        : real(db.with({.actor = "anna", .reason = "test"})),
          fake({.clock = &clock, .actor = "anna", .reason = "test"}) {}

    // step(rows) gives a task of text. The step is named by the caller and lives there.
    template <class Step>
    task<void> both(std::string_view what, const Step& step) {
        log_ += "\n" + std::string(what);
        const std::string on_sqlite = co_await outcome(step, real);
        const std::string in_memory = co_await outcome(step, fake);
        log_ += ": " + on_sqlite;
        if (on_sqlite != in_memory) {
            UNSCOPED_INFO(log_.substr(log_.size() > 4000 ? log_.size() - 4000 : 0));
            CHECK(on_sqlite == in_memory);
            throw std::logic_error("the twins differ");
        }
        const bool failed = on_sqlite.find("violation") != std::string::npos ||
                            on_sqlite.find("stale_object") != std::string::npos ||
                            on_sqlite.find("validation") != std::string::npos ||
                            on_sqlite.find("not_found") != std::string::npos;
        ++(failed ? failures : successes);
    }
    // Every row that is stored, in the order of the table.
    task<void> compare() {
        const auto all = [](const auto& rows) -> task<std::string> {
            if constexpr (hawser::detail::has_soft_delete<T>)
                co_return text(co_await rows.with_deleted().all());
            else
                co_return text(co_await rows.all());
        };
        co_await both("all", all);
    }

    hawser::repository<T> real;
    fake_repository<T> fake;
    unsigned successes = 0;
    unsigned failures = 0;

private:
    std::string log_;
};

// The steps that every entity can take. Sample: a row of values that often meet, and changes of it.
//   static T row(std::mt19937&), static void change(T&, std::mt19937&)
template <class T, class Sample>
class walk {
public:
    using key = hawser::key_of_t<T>;

    walk(const hawser::database& db, hawser::testing::fixed_clock& clock, unsigned seed)
        : rows(db, clock), random(seed), clock_(clock) {}

    task<void> step() {
        clock_.advance(std::chrono::seconds(1));
        switch (below(random, 16)) {
        case 0:
        case 1:
        case 2: co_return co_await insert();
        case 3: co_return co_await update();
        case 4: co_return co_await erase();
        case 5: co_return co_await find();
        case 6: co_return co_await bulk_insert();
        case 7: co_return co_await bulk_update();
        case 8: co_return co_await bulk_erase();
        case 9: co_return co_await copy_in();
        case 10: co_return co_await whole_table();
        case 11: co_return co_await marks();
        default: co_return co_await own();
        }
    }

    twins<T> rows;
    std::mt19937 random;

protected:
    // Steps of the entity's own.
    virtual task<void> own() = 0;
    ~walk() = default;

    // A row as it is stored, or one of the past; or none that was ever stored.
    T known() {
        T row =
            seen_.empty() || below(random, 8) == 0 ? Sample::row(random) : seen_[below(random, seen_.size())];
        if (below(random, 2) == 0) Sample::change(row, random);
        return row;
    }
    std::vector<T> several(std::size_t most, bool known_ones) {
        std::vector<T> made(below(random, most + 1));
        for (T& row : made) row = known_ones ? known() : Sample::row(random);
        return made;
    }
    task<void> remember() {
        seen_.clear();
        if (below(random, 3) != 0) // now and then what is remembered gets out of date
            for (T& row : co_await rows.fake.all()) seen_.push_back(std::move(row));
        else
            stale_ = std::move(seen_);
        if (seen_.empty()) seen_ = stale_;
    }
    hawser::bulk_options options() {
        return {.atomic = below(random, 2) == 0,
                .chunk = 1 + below(random, 4),
                .resume_from = below(random, 5) == 0};
    }

private:
    task<void> insert() {
        const T given = Sample::row(random);
        const auto step = [&given](const auto& to) -> task<std::string> {
            T row = given;
            co_await to.insert(row);
            co_return text(row);
        };
        co_await rows.both("insert " + text(given), step);
        co_await remember();
    }
    task<void> update() {
        const T given = known();
        const auto step = [&given](const auto& to) -> task<std::string> {
            T row = given;
            const bool done = co_await to.update(row);
            co_return text(done) + text(row);
        };
        co_await rows.both("update " + text(given), step);
    }
    task<void> erase() {
        const key id = hawser::detail::key_of(known());
        const auto step = [&id](const auto& to) -> task<std::string> {
            co_return text(co_await to.erase(id));
        };
        co_await rows.both("erase", step);
    }
    task<void> find() {
        const key id = hawser::detail::key_of(known());
        const auto step = [&id](const auto& to) -> task<std::string> {
            const auto found = co_await to.find(id);
            const T row = co_await to.get(id);
            co_return text(found) + text(row);
        };
        co_await rows.both("find", step);
    }
    task<void> bulk_insert() {
        const auto given = several(6, false);
        const auto how = options();
        const auto step = [&](const auto& to) -> task<std::string> {
            co_return text(co_await to.bulk_insert(given, how));
        };
        co_await rows.both("bulk_insert " + text(given), step);
        co_await rows.compare();
        co_await remember();
    }
    task<void> bulk_update() {
        const auto given = several(6, true);
        const auto how = options();
        const auto step = [&](const auto& to) -> task<std::string> {
            auto changed = given;
            const auto missed = co_await to.bulk_update(changed, how);
            co_return text(missed) + text(changed);
        };
        co_await rows.both("bulk_update " + text(given), step);
        co_await rows.compare();
    }
    task<void> bulk_erase() {
        std::vector<key> keys;
        for (const T& row : several(3, true)) keys.push_back(hawser::detail::key_of(row));
        const auto how = options();
        const auto step = [&](const auto& to) -> task<std::string> {
            co_return text(co_await to.bulk_erase(keys, how));
        };
        co_await rows.both("bulk_erase", step);
        co_await rows.compare();
    }
    task<void> copy_in() {
        const auto given = several(5, false);
        const auto how = options();
        const auto step = [&](const auto& to) -> task<std::string> {
            co_return text(co_await to.copy_in(given, how));
        };
        co_await rows.both("copy_in " + text(given), step);
    }
    task<void> whole_table() {
        const auto step = [](const auto& to) -> task<std::string> {
            std::string seen = text(co_await to.count()) + text(co_await to.exists());
            auto all = to.stream(2);
            while (const T* row = co_await all.next()) seen += text(*row);
            const auto first = co_await to.limit(3).offset(1).first();
            const T one = co_await to.one();
            co_return seen + text(first) + text(one);
        };
        co_await rows.both("count, exists, stream, first, one", step);
    }
    task<void> marks() {
        if constexpr (hawser::detail::has_soft_delete<T>) {
            const key id = hawser::detail::key_of(known());
            const bool for_good = below(random, 3) == 0;
            const auto step = [&](const auto& to) -> task<std::string> {
                const bool restored = co_await to.restore(id);
                const bool purged = for_good && co_await to.purge(id);
                co_return text(restored) + text(purged);
            };
            co_await rows.both("restore, purge", step);
        }
        co_await rows.compare();
        co_await remember();
    }

    hawser::testing::fixed_clock& clock_;
    std::vector<T> seen_, stale_;
};

// Takes `steps` steps from each of some seeds, on fresh tables.
template <class Walk, class... Entities>
void take_walks(unsigned seeds, unsigned steps) {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        INFO("seed " << seed);
        hawser::testing::fixed_clock clock;
        unsigned successes = 0, failures = 0;
        auto main = [&]() -> task<> {
            hawser::database db = co_await hawser::open("sqlite::memory:", {.clock = &clock});
            co_await db.create_tables<Entities...>();
            Walk walk(db, clock, seed);
            for (unsigned i = 0; i < steps; ++i) co_await walk.step();
            co_await walk.rows.compare();
            successes = walk.rows.successes;
            failures = walk.rows.failures;
            co_await db.close();
        };
        hawser::run(main());
        // The walk has met both.
        CHECK(successes > steps / 4);
        CHECK(failures > steps / 20);
    }
}

} // namespace twins
