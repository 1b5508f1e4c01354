#pragma once
// What a member is given where the caller gives it nothing.
#include <functional>
#include <hawser/core/uuid.hpp>
#include <hawser/core/uuid_source.hpp>
#include <hawser/mapping/columns.hpp>
#include <hawser/mapping/stamp.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hawser {

namespace detail {

// SQL of a default.
struct default_text {
    std::string_view sqlite, postgres;
};

template <class Value>
inline constexpr bool is_generator = std::is_invocable_v<const Value&>;

template <int Version>
struct uuid_generator {
    uuid operator()() const { return Version == 4 ? uuid::v4() : uuid::v7(); }
    // For a row that a database writes.
    uuid operator()(const stamp& by) const {
        if constexpr (Version == 4)
            return by.uuids ? by.uuids->v4() : uuid::v4();
        else
            return by.uuids ? by.uuids->v7(by.now)
                            : uuid::v7(std::chrono::floor<std::chrono::milliseconds>(by.now));
    }
};

template <auto Member, class Value>
struct default_fact {
    Value value; // a constant, default_text or a generator
    bool fits = true;
};

// A constant that says the same as a member: text for text, else of the type itself, or a whole number.
template <class V, class X>
consteval bool defaults_to() {
    if constexpr (std::is_same_v<V, std::string>)
        return std::is_convertible_v<X, std::string_view>;
    else if constexpr (std::is_same_v<V, X>)
        return true;
    else if constexpr (std::is_same_v<V, bool> || std::is_same_v<X, bool> || std::is_floating_point_v<X>)
        return false;
    else
        return std::is_integral_v<X> && std::is_convertible_v<X, V>;
}

template <class V, class X>
consteval auto default_constant(X value) {
    if constexpr (std::is_same_v<V, std::string>)
        return std::string_view(value);
    else
        return V(value);
}
template <class V, class X>
consteval bool is_in_range(X value) {
    if constexpr (std::is_integral_v<V> && std::is_integral_v<X> && !std::is_same_v<V, X>)
        return std::in_range<V>(value);
    else
        return true;
}

} // namespace detail

// Generators of uuid members: default_<&order::id>(hawser::uuid_v7). By the clock and the source of uuids of the database
// that writes the row, see open_options.
inline constexpr detail::uuid_generator<4> uuid_v4{};
inline constexpr detail::uuid_generator<7> uuid_v7{};

// SQL of a default, where a constant cannot say it; the second form where the dialects differ.
consteval detail::default_text sql_default(std::string_view both) {
    return {both, both};
}
consteval detail::default_text sql_default(std::string_view sqlite, std::string_view postgres) {
    return {sqlite, postgres};
}

// default_<&trade::venue>("XNAS"), default_<&trade::seen>(sql_default("..")): DEFAULT of the column, for those who
// write rows past Hawser. Hawser always sends the member's own value; give the member the same initialiser.
//
// default_<&order::id>(new_id): a generator, called without arguments (a function, or an object without state),
// known to Hawser only. Every form of insert and upsert, in bulk and in units of work too, calls it for each row
// whose member is as `V{}` made it, before the row is validated, and writes the value into the argument, where it
// stays if the write fails: tried again, it is the same row. A unit of work calls it when the row is registered:
// p.row().id is known at once. upsert() meets rows by the primary key also where a generator makes it: on_conflict<..>
// names another target. The bulk forms leave the caller's rows as they are, so that what they generate is
// known to nobody; see fill_defaults().
template <auto Member, class Value>
consteval auto default_(Value value) {
    using V = detail::value_of<Member>;
    if constexpr (std::is_same_v<Value, detail::default_text>) {
        return detail::default_fact<Member, Value>{value};
    } else if constexpr (detail::is_generator<Value>) {
        static_assert(std::is_convertible_v<std::invoke_result_t<const Value&>, V>,
                      "hawser::default_: the generator makes values of another type than the member");
        static_assert(
            requires(const V& v) { v == v; },
            "hawser::default_: a member that a generator fills in has operator==");
        return detail::default_fact<Member, Value>{value};
    } else {
        using bare = detail::bare<V>;
        static_assert(detail::defaults_to<bare, Value>(),
                      "hawser::default_: the value is of another type than the member");
        if constexpr (detail::defaults_to<bare, Value>()) {
            auto made = detail::default_constant<bare>(value);
            return detail::default_fact<Member, decltype(made)>{made, detail::is_in_range<bare>(value)};
        } else {
            return detail::default_fact<Member, Value>{value};
        }
    }
}

} // namespace hawser
