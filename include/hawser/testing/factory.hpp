#pragma once
// Rows for tests, made from the description of their entity.
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <hawser/db/executor_ref.hpp>
#include <hawser/db/hazard.hpp>
#include <hawser/db/repository.hpp>
#include <algorithm>
#include <hawser/mapping/evaluate.hpp>
#include <hawser/mapping/validate.hpp>
#include <optional>
#include <span>
#include <type_traits>
#include <hawser/testing/factory_rules.hpp>
#include <hawser/testing/fake_table.hpp>
#include <memory>
#include <mutex>
#include <ranges>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hawser::detail {

template <class Fact>
struct is_reference : std::false_type {};
template <auto M, class O, auto K>
struct is_reference<references_fact<M, O, K>> : std::true_type {};

// Whether a member is part of a foreign key: the caller knows what it points to.
template <class T, class D>
struct points_elsewhere {
    static constexpr bool value = [] {
        bool found = false;
        for_each_value_where<is_reference>(meta<T>.facts,
                                           [&]<auto M, class O, auto K>(const references_fact<M, O, K>&) {
                                               found = found || members_of<listed<M>>::template contains<D>();
                                           });
        return found;
    }();
};

// What a factory makes, and not the engine, the framework or the caller.
template <class T, class D>
inline constexpr bool is_drawn =
    !is_generated_key<T, D> && role_of<D>() == column_role::plain && !points_elsewhere<T, D>::value;

template <class T, auto Member>
consteval std::size_t index_of_column() {
    std::size_t at = 0, found = 0;
    for_each_column<T>([&](auto d) {
        if (is_member<Member, decltype(d)>()) found = at;
        ++at;
    });
    return found;
}

} // namespace hawser::detail

namespace hawser::testing {

// Makes rows of T that can be inserted: values that its rules and typed checks allow, enumerators among their words,
// optionals that are sometimes empty, and no two rows with the same values in a key or unique. The same seed gives the
// same rows in the same order, on every machine.
//
//   factory<trade> trades{7};
//   trade t = trades.build();
//   std::vector<trade> rows = trades.with<&trade::symbol>("BTCUSDT").build(10);
//   std::vector<trade> kept = co_await trades.with<&trade::position_id>(p.id).insert(db, 10);
//
// Left as the struct has them are generated keys and what the framework writes (created_at, row_version, ..), and
// references: name the key that they point to by with<..>(..); optional ones are empty. Nothing is known of checks that are
// SQL text, of row rules and of rules without a name: rows are drawn until all rules and typed checks hold, and misuse
// is thrown where none is found, with the member that is to be given by with<..>(..). Members of types with a
// type_map of your own, and json<..>, are value-initialised.
//
// Copies, and what with<..>(..) gives, share the sequence of rows: none of them makes a row that another has made.
// Thread-safe.
template <class T>
class factory {
    static_assert(hawser::detail::checked<T>::ok);

public:
    explicit factory(std::uint64_t seed = 1) : sequence_(std::make_shared<sequence>(seed)) {}

    // The same, but for one member. Its value is taken as it is, allowed or not: a value, std::nullopt, a range whose
    // values are taken in turn, or a callable with or without the number (from 0) of the row that it is for.
    template <auto Member, class X>
    [[nodiscard]] factory with(X&& value) const {
        static_assert(hawser::detail::has_column<T, Member>,
                      "hawser: with<> names a member of another struct");
        static_assert(
            !(hawser::detail::hazardous<X> &&
              (std::is_invocable_v<X&, std::size_t> || std::is_invocable_v<X&>)),
            "hawser: name the callable of with<..>() before co_await; GCC 12 destroys a temporary twice");
        factory other = *this;
        if constexpr (hawser::detail::has_column<T, Member>) {
            constexpr std::size_t column = hawser::detail::index_of_column<T, Member>();
            other.is_given_[column] = true;
            other.given_.push_back(given_as<Member>(std::forward<X>(value)));
        }
        return other;
    }

    [[nodiscard]] T build() const {
        const std::scoped_lock lock(sequence_->busy);
        return next();
    }
    [[nodiscard]] std::vector<T> build(std::size_t rows) const {
        std::vector<T> made;
        made.reserve(rows);
        for (std::size_t i = 0; i < rows; ++i) made.push_back(build());
        return made;
    }

    // Builds and inserts, one after the other: through a database, session or transaction, or into a repository or a fake
    // of one. The rows as they are stored, with their keys.
    template <class Into>
    [[nodiscard]] task<T> insert(const Into& into) const {
        return insert_one(repository_of(into), build());
    }
    template <class Into>
    [[nodiscard]] task<std::vector<T>> insert(const Into& into, std::size_t rows) const {
        return insert_all(repository_of(into), build(rows));
    }

private:
    static constexpr std::size_t columns = hawser::detail::column_count<T>;
    static constexpr unsigned most_tries = 1000;

    // What copies share.
    struct sequence {
        explicit sequence(std::uint64_t s) : seed(s) {}
        std::mutex busy;
        const std::uint64_t seed;
        std::uint64_t next = 0;
        std::vector<std::unordered_set<std::string>> taken; // for each key and unique
    };
    using setter = std::function<void(T&)>;

    template <auto Member, class X>
    static setter given_as(X&& x) {
        using V = hawser::detail::value_of<Member>;
        using plain = std::remove_cvref_t<X>;
        if constexpr (std::is_same_v<plain, std::nullopt_t>) {
            static_assert(hawser::detail::nullable<V>,
                          "hawser: with<> of a member that is not optional to nullopt");
            return [](T& row) { row.*Member = std::nullopt; };
        } else if constexpr (is_value<V, X>()) {
            return [v = as_value<V>(std::forward<X>(x))](T& row) { row.*Member = v; };
        } else if constexpr (std::is_invocable_v<plain&, std::size_t>) {
            return [f = plain(std::forward<X>(x)), n = counter()](T& row) mutable {
                row.*Member = as_value<V>(f((*n)++));
            };
        } else if constexpr (std::is_invocable_v<plain&>) {
            return [f = plain(std::forward<X>(x))](T& row) mutable { row.*Member = as_value<V>(f()); };
        } else {
            static_assert(std::ranges::input_range<plain>,
                          "hawser: with<> takes a value of the member, a range of them or a callable");
            std::vector<V> values;
            for (auto&& v : x) values.push_back(as_value<V>(v));
            if (values.empty()) {
                const std::string name = hawser::detail::member_name<T, Member>();
                complain("with<..>() of " + name + " is given an empty range");
            }
            return [values = std::move(values), n = counter()](T& row) {
                row.*Member = values[(*n)++ % values.size()];
            };
        }
    }
    static std::shared_ptr<std::size_t> counter() { return std::make_shared<std::size_t>(0); }
    template <class V, class X>
    static consteval bool is_value() {
        return std::is_convertible_v<X, V> || hawser::detail::becomes<hawser::detail::bare<V>, X>();
    }
    template <class V, class X>
    static V as_value(X&& x) {
        if constexpr (std::is_same_v<V, std::remove_cvref_t<X>>)
            return std::forward<X>(x);
        else if constexpr (hawser::detail::becomes<hawser::detail::bare<V>, X>())
            return hawser::detail::converted<hawser::detail::bare<V>>(std::forward<X>(x));
        else
            return std::forward<X>(x);
    }

    [[noreturn]] static void complain(const std::string& what) {
        hawser::detail::throw_no_such_row(hawser::detail::table_of<T>.name, what);
    }

    // What is wrong with a row. `of_given`: it may be what the caller has asked for.
    struct verdict {
        std::string complaint;
        bool of_given = false;
        enum class stage : unsigned char { rules, checks, uniques };
        stage at = stage::rules;
    };

    T next() const {
        const std::uint64_t number = sequence_->next++;
        T given{};
        for (const setter& set : given_) set(given);
        std::optional<T> as_asked_for;
        verdict furthest; // of the row that came closest
        for (unsigned attempt = 0; attempt < most_tries; ++attempt) {
            T row = drawn(number, attempt, given);
            const auto places = hawser::detail::unique_places<T>::of(row);
            verdict found = judge(row, places);
            if (found.complaint.empty()) return take(std::move(row), places);
            if (found.of_given && !as_asked_for) as_asked_for = std::move(row);
            if (found.at >= furthest.at) furthest = std::move(found);
        }
        if (!as_asked_for) complain(furthest.complaint);
        const auto places = hawser::detail::unique_places<T>::of(*as_asked_for);
        return take(std::move(*as_asked_for), places);
    }

    T drawn(std::uint64_t number, unsigned attempt, const T& given) const {
        T row{};
        std::size_t column = 0;
        hawser::detail::for_each_column<T>([&](auto d) {
            using D = decltype(d);
            const std::size_t at = column++;
            if (is_given_[at])
                row.*D::pointer = given.*D::pointer;
            else if constexpr (hawser::detail::is_drawn<T, D>)
                draw<D>(row, at, hawser::detail::draws(sequence_->seed + at, number, attempt));
            else if constexpr (hawser::detail::points_elsewhere<T, D>::value &&
                               hawser::detail::nullable<hawser::detail::column_value<D>>)
                row.*D::pointer = std::nullopt;
        });
        return row;
    }
    template <class D>
    static void draw(T& row, std::size_t at, hawser::detail::draws from) {
        using V = hawser::detail::column_value<D>;
        static const auto may = hawser::detail::allowed_values<T, D::pointer>::make();
        if constexpr (hawser::detail::nullable<V>) {
            row.*D::pointer = std::nullopt;
            if (from.below(4) == 0) return;
        }
        // Where counting on has met what is there already, chance finds the gaps.
        const bool counts_on = must_differ()[at] && from.attempt() % 2 == 0;
        row.*D::pointer = hawser::detail::draw_value(from, may, counts_on);
    }

    verdict judge(const T& row, const std::vector<hawser::detail::unique_place>& places) const {
        verdict found;
        std::vector<violation> violations;
        hawser::detail::validate_row<T>(&row, {}, violations);
        for (const violation& v : violations) {
            if (v.field.empty() && !given_.empty()) found = {"no row keeps the rule " + v.rule, true};
            if (v.field.empty() && given_.empty())
                return {"no row keeps the rule " + v.rule + "; give members of it by with<..>(..)", false};
            if (!v.field.empty() && !is_given(v.field))
                return {"no value of " + v.field + " keeps its rule " + v.rule + " (" + v.message +
                            "); give it by with<..>(..)",
                        false};
        }
        hawser::detail::for_each_fact<T>([&](const auto& f) { judge_check(f, row, found); });
        if (!found.complaint.empty() && !found.of_given) return found;
        for (std::size_t i = 0; i < places.size(); ++i)
            if (is_taken(i, places[i]))
                return {"no more values of " + names_of(places[i].columns) +
                            " are found that differ; give them by with<..>(..)",
                        false, verdict::stage::uniques};
        return found;
    }
    template <class C>
    void judge_check(const hawser::detail::check_fact<C>& f, const T& row, verdict& found) const {
        if constexpr (hawser::detail::condition<C>) {
            if (!found.complaint.empty() && !found.of_given) return;
            if (hawser::detail::evaluate(f.condition, row) != hawser::detail::truth(false)) return;
            bool of_given = false;
            std::string names;
            for (const std::string_view name :
                 hawser::detail::names_in<T, typename hawser::detail::columns_in<C>::list>) {
                of_given = of_given || is_given(name);
                names += (names.empty() ? "" : ", ") + std::string(name);
            }
            found = {"no values of " + names + " pass the check " + std::string(f.name) +
                         "; give them by with<..>(..)",
                     of_given, verdict::stage::checks};
        }
    }
    void judge_check(const auto&, const T&, verdict&) const {}

    bool is_taken(std::size_t i, const hawser::detail::unique_place& place) const {
        if (i >= sequence_->taken.size() || !place.text || !is_made_here(place)) return false;
        return sequence_->taken[i].contains(*place.text);
    }
    T take(T row, const std::vector<hawser::detail::unique_place>& places) const {
        sequence_->taken.resize(places.size());
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i].text && is_made_here(places[i])) sequence_->taken[i].insert(*places[i].text);
        return row;
    }

    // Whether the factory has a say in it.
    bool is_made_here(const hawser::detail::unique_place& place) const {
        bool any = false;
        std::size_t column = 0;
        hawser::detail::for_each_column<T>([&](auto d) {
            using D = decltype(d);
            const std::size_t at = column++;
            if (hawser::detail::is_drawn<T, D> && !is_given_[at])
                any =
                    any || std::ranges::find(place.columns, std::string_view(D::name)) != place.columns.end();
        });
        return any;
    }
    // By its name in C++ or in SQL.
    bool is_given(std::string_view name) const {
        bool given = false;
        std::size_t column = 0;
        hawser::detail::for_each_column<T>([&](auto d) {
            using D = decltype(d);
            const std::size_t at = column++;
            given = given || (is_given_[at] && (name == D::name || name == D::member));
        });
        return given;
    }
    // Of each column: whether it is part of a key or unique.
    static const std::array<bool, columns>& must_differ() {
        static const std::array<bool, columns> differ = [] {
            std::array<bool, columns> found{};
            for (const auto& place : hawser::detail::unique_places<T>::list()) {
                std::size_t column = 0;
                hawser::detail::for_each_column<T>([&](auto d) {
                    const std::string_view name = d.name;
                    if (std::ranges::find(place.columns, name) != place.columns.end()) found[column] = true;
                    ++column;
                });
            }
            return found;
        }();
        return differ;
    }
    static std::string names_of(std::span<const std::string_view> columns_of_place) {
        std::string names;
        for (const std::string_view name : columns_of_place)
            names += (names.empty() ? "" : ", ") + std::string(name);
        return names;
    }

    template <class Into>
    static auto repository_of(const Into& into) {
        if constexpr (std::is_base_of_v<executor_ref, Into>)
            return repository<T>(into);
        else
            return into;
    }
    template <class Rows>
    static task<T> insert_one(Rows into, T row) {
        co_await into.insert(row);
        co_return row;
    }
    template <class Rows>
    static task<std::vector<T>> insert_all(Rows into, std::vector<T> rows) {
        for (T& row : rows) co_await into.insert(row);
        co_return rows;
    }

    std::shared_ptr<sequence> sequence_;
    std::vector<setter> given_;
    std::array<bool, columns> is_given_{};
};

} // namespace hawser::testing
