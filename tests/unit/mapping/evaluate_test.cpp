// Expressions mean the same to SQLite as in memory: random ones, over random rows.
#include "support/catch.hpp"
#include <array>
#include <cstdint>
#include <hawser/hawser.hpp>
#include <hawser/mapping/evaluate.hpp>
#include <hawser/sqlite.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace app {

struct probe {
    std::int64_t id{};
    std::int64_t i{};
    std::optional<std::int64_t> oi;
    hawser::decimal<18, 4> d;
    std::optional<hawser::decimal<18, 4>> od;
    double f{};
    std::optional<double> of;
    std::string w;
    std::optional<std::string> ow;
};
BOOST_DESCRIBE_STRUCT(probe, (), (id, i, oi, d, od, f, of, w, ow))
consteval auto hawser_table(hawser::of<probe>) {
    return hawser::table<probe>("probes", hawser::primary_key<&probe::id>);
}

} // namespace app

namespace {

using app::probe;
using hawser::col;
using hawser::task;
using price = hawser::decimal<18, 4>;

class values {
public:
    explicit values(std::uint64_t seed) : bits_(seed) {}
    std::int64_t integer() {
        return one_in(8) ? (one_in(2) ? most_ : -most_) : static_cast<std::int64_t>(bits_() % 9) - 4;
    }
    price decimal() {
        return price::from_scaled(one_in(3) ? static_cast<std::int64_t>(bits_() % 200001) - 100000
                                            : integer() * 5000);
    }
    double real() { return static_cast<double>(integer()) / 4; }
    std::string text() {
        static const char* const parts[] = {"", "a", "A", "b", "%", "_", "\xC3\xA4", "'"};
        std::string s;
        for (auto n = bits_() % 4; n > 0; --n) s += parts[bits_() % std::size(parts)];
        return s;
    }
    std::string pattern() {
        static const char* const parts[] = {"a", "A", "b", "%", "%", "_", "\\%", "\xC3\xA4"};
        std::string s;
        for (auto n = bits_() % 5; n > 0; --n) s += parts[bits_() % std::size(parts)];
        return s;
    }
    bool one_in(unsigned n) { return bits_() % n == 0; }

private:
    static constexpr std::int64_t most_ = 1'000'000'000;
    std::mt19937_64 bits_;
};

probe row(values& v, std::int64_t id) {
    probe p;
    p.id = id;
    p.i = v.integer(), p.d = v.decimal(), p.f = v.real(), p.w = v.text();
    if (!v.one_in(3)) p.oi = v.integer();
    if (!v.one_in(3)) p.od = v.decimal();
    if (!v.one_in(3)) p.of = v.real();
    if (!v.one_in(3)) p.ow = v.text();
    return p;
}

// The shape of an expression follows from its seed when it is compiled, its constants from `values`.
constexpr unsigned mixed(unsigned seed) {
    std::uint64_t x = (seed + 1) * 0x9E3779B97F4A7C15u;
    x ^= x >> 29;
    x *= 0xBF58476D1CE4E5B9u;
    return static_cast<unsigned>(x >> 33);
}

template <class V>
V constant(values& v) {
    if constexpr (std::is_same_v<V, std::int64_t>)
        return v.integer();
    else if constexpr (std::is_same_v<V, double>)
        return v.real();
    else if constexpr (std::is_same_v<V, std::string>)
        return v.text();
    else
        return v.decimal();
}
template <class V>
struct members;
template <>
struct members<std::int64_t> {
    static constexpr auto plain = &probe::i;
    static constexpr auto optional = &probe::oi;
};
template <>
struct members<price> {
    static constexpr auto plain = &probe::d;
    static constexpr auto optional = &probe::od;
};
template <>
struct members<double> {
    static constexpr auto plain = &probe::f;
    static constexpr auto optional = &probe::of;
};
template <>
struct members<std::string> {
    static constexpr auto plain = &probe::w;
    static constexpr auto optional = &probe::ow;
};

template <class V, unsigned Seed, unsigned Depth>
auto operand(values& v) {
    constexpr unsigned h = mixed(Seed);
    constexpr bool text = std::is_same_v<V, std::string>;
    constexpr unsigned one = Seed * 2 + 101, two = Seed * 2 + 102;
    if constexpr (Depth == 0 || h % 4 == 0) {
        if constexpr (h % 8 < 4)
            return col<members<V>::plain>;
        else
            return col<members<V>::optional>;
    } else if constexpr (h % 7 == 1) {
        return hawser::coalesce(col<members<V>::optional>, operand<V, one, Depth - 1>(v), constant<V>(v));
    } else if constexpr (h % 14 == 2) {
        const std::optional<V> given = v.one_in(2) ? std::optional<V>() : std::optional<V>(constant<V>(v));
        return hawser::coalesce(given, operand<V, one, Depth - 1>(v));
    } else if constexpr (h % 7 == 2) {
        return hawser::least(operand<V, one, Depth - 1>(v), operand<V, two, Depth - 1>(v));
    } else if constexpr (h % 7 == 3) {
        return hawser::greatest(constant<V>(v), operand<V, one, Depth - 1>(v));
    } else if constexpr (text) {
        return hawser::concat(operand<V, one, Depth - 1>(v), constant<V>(v));
    } else if constexpr (h % 7 == 4) {
        return operand<V, one, Depth - 1>(v) + operand<V, two, Depth - 1>(v);
    } else if constexpr (h % 7 == 5) {
        return constant<V>(v) - operand<V, one, Depth - 1>(v);
    } else if constexpr (h % 7 == 6) {
        return operand<V, one, Depth - 1>(v) * operand<V, two, 0>(v);
    } else if constexpr (!std::is_same_v<V, price> && h % 3 == 0) {
        return operand<V, one, Depth - 1>(v) / operand<V, two, 0>(v);
    } else if constexpr (std::is_same_v<V, price> && h % 3 == 0) {
        return hawser::multiply_rounded<price>(operand<V, one, Depth - 1>(v), operand<V, two, 0>(v));
    } else if constexpr (h % 3 == 1) {
        return -operand<V, one, Depth - 1>(v);
    } else {
        return hawser::abs(operand<V, one, Depth - 1>(v));
    }
}

template <class V, unsigned Seed, unsigned Depth>
auto test_of(values& v) {
    constexpr unsigned h = mixed(Seed + 7);
    constexpr unsigned one = Seed * 2 + 201, two = Seed * 2 + 202;
    const auto x = operand<V, one, Depth>(v);
    if constexpr (std::is_same_v<V, std::string> && h % 2 == 0) {
        if constexpr (h % 8 == 0)
            return x.like(v.pattern());
        else if constexpr (h % 8 == 2)
            return x.ilike(v.pattern());
        else if constexpr (h % 8 == 4)
            return x.starts_with(v.text());
        else
            return x.contains(v.text());
    } else if constexpr (h % 11 == 0) {
        return x == operand<V, two, Depth>(v);
    } else if constexpr (h % 11 == 1) {
        return x != constant<V>(v);
    } else if constexpr (h % 11 == 2) {
        return x < operand<V, two, Depth>(v);
    } else if constexpr (h % 11 == 3) {
        return constant<V>(v) <= x;
    } else if constexpr (h % 11 == 4) {
        return x > operand<V, two, Depth>(v);
    } else if constexpr (h % 11 == 5) {
        return x.between(constant<V>(v), operand<V, two, Depth>(v));
    } else if constexpr (h % 11 == 6) {
        return x.in(constant<V>(v), constant<V>(v), constant<V>(v));
    } else if constexpr (h % 11 == 7) {
        return v.one_in(4) ? x.not_in() : x.not_in(constant<V>(v), constant<V>(v));
    } else if constexpr (h % 11 == 8) {
        return col<members<V>::optional>.is_null() || x >= constant<V>(v);
    } else if constexpr (h % 11 == 9) {
        return x.is_distinct_from(operand<V, two, Depth>(v));
    } else {
        return x.is_not_distinct_from(v.one_in(3) ? std::optional<V>() : std::optional<V>(constant<V>(v)));
    }
}

template <unsigned Seed, unsigned Depth>
auto condition(values& v) {
    constexpr unsigned h = mixed(Seed + 3);
    constexpr unsigned one = Seed * 3 + 301, two = Seed * 3 + 302;
    if constexpr (Depth > 0 && h % 5 == 0)
        return condition<one, Depth - 1>(v) && condition<two, Depth - 1>(v);
    else if constexpr (Depth > 0 && h % 5 == 1)
        return condition<one, Depth - 1>(v) || condition<two, Depth - 1>(v);
    else if constexpr (Depth > 0 && h % 5 == 2)
        return !condition<one, Depth - 1>(v);
    else if constexpr (Depth > 0 && h % 5 == 3)
        return condition<one, Depth - 1>(v) || hawser::when(v.one_in(2), condition<two, 0>(v));
    else if constexpr (h % 4 == 0)
        return test_of<std::int64_t, one, 2>(v);
    else if constexpr (h % 4 == 1)
        return test_of<price, one, 2>(v);
    else if constexpr (h % 4 == 2)
        return test_of<double, one, 1>(v);
    else
        return test_of<std::string, one, 2>(v);
}

struct tally {
    unsigned compared = 0, failing = 0, wrong = 0;
    std::string which; // are wrong
};
using ids = std::set<std::int64_t>;

template <class C>
task<ids> matching(const hawser::database& db, C where) {
    hawser::repository<probe> probes{db};
    const std::vector<probe> found = co_await probes.where(where).all();
    ids out;
    for (const probe& p : found) out.insert(p.id);
    co_return out;
}

template <unsigned Seed>
task<> compare_one(const hawser::database& db, const std::vector<probe>& rows, std::uint64_t constants,
                   tally& t) {
    values v(constants);
    const auto where = condition<Seed, 2>(v);
    ids yes, no;
    try {
        for (const probe& p : rows) {
            const hawser::detail::truth truth = hawser::detail::evaluate<probe>(where, p);
            if (truth) (*truth ? yes : no).insert(p.id);
        }
    } catch (const hawser::error&) {
        ++t.failing; // the engine may look at another part first
        co_return;
    }
    if constexpr (hawser::detail::filters_in<std::remove_cv_t<decltype(where)>> > 0)
        if (hawser::detail::is_absent(where)) co_return;
    const ids engine_yes = co_await matching(db, where);
    const ids engine_no = co_await matching(db, !where);
    ++t.compared;
    if (engine_yes == yes && engine_no == no) co_return;
    ++t.wrong;
    using E = std::remove_cv_t<decltype(where)>;
    using text =
        hawser::detail::count_text<probe, hawser::detail::chosen<E, (1u << hawser::detail::filters_in<E>)-1>>;
    const std::string_view sql = hawser::detail::text_of<text, hawser::dialect::sqlite>;
    t.which += "\nexpression " + std::to_string(Seed) + ", constants " + std::to_string(constants) + ": " +
               std::string(sql);
}

using comparison = task<> (*)(const hawser::database&, const std::vector<probe>&, std::uint64_t, tally&);
template <unsigned... Seed>
constexpr auto comparisons(std::integer_sequence<unsigned, Seed...>) {
    return std::array<comparison, sizeof...(Seed)>{&compare_one<Seed>...};
}

} // namespace

TEST_CASE("random conditions are true, false and unknown to SQLite as they are in memory",
          "[mapping][evaluate]") {
    static constexpr auto all = comparisons(std::make_integer_sequence<unsigned, 48>{});
    tally t;
    auto main = [&]() -> task<> {
        hawser::database db = co_await hawser::open("sqlite::memory:");
        co_await db.create_tables<probe>();
        values v(20240607);
        std::vector<probe> rows;
        for (std::int64_t id = 1; id <= 40; ++id) rows.push_back(row(v, id));
        hawser::repository<probe> probes{db};
        for (probe& p : rows) co_await probes.insert(p);
        for (std::uint64_t constants = 1; constants <= 8; ++constants)
            for (const comparison c : all) co_await c(db, rows, constants, t);
        co_await db.close();
    };
    hawser::run(main());
    INFO("compared " << t.compared << ", failing " << t.failing << t.which);
    CHECK(t.wrong == 0);
    CHECK(t.compared > 200);
}
