#pragma once
// Loops over lists of types and over tuples, by one fold each. std::apply and mp_for_each ask of every call whether it
// throws and how it is to be invoked, which was a third of the time that an entity takes to compile.
#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

namespace hawser::detail {

// Calls f(element) for each of a tuple.
template <class F, class... V, std::size_t... I>
constexpr void for_each_value(const std::tuple<V...>& values, F& f, std::index_sequence<I...>) {
    (f(std::get<I>(values)), ...);
}
template <class F, class... V>
constexpr void for_each_value(const std::tuple<V...>& values, F&& f) {
    for_each_value(values, f, std::index_sequence_for<V...>{});
}

template <template <class> class Is, class Values>
inline constexpr auto places_where = nullptr;
template <template <class> class Is, class... V>
inline constexpr auto places_where<Is, std::tuple<V...>> = [] {
    std::array<std::size_t, (std::size_t{Is<V>::value} + ... + 0)> places{};
    std::size_t place = 0, n = 0;
    ((Is<V>::value ? (void)(places[n++] = place++) : (void)++place), ...);
    return places;
}();
// The same for those whose type Is<..>.
template <template <class> class Is, class F, class... V>
constexpr void for_each_value_where(const std::tuple<V...>& values, F&& f) {
    constexpr auto& places = places_where<Is, std::tuple<V...>>;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (f(std::get<places[I]>(values)), ...);
    }(std::make_index_sequence<places.size()>{});
}

// Calls f(D{}) for each of a list of types.
template <class F, template <class...> class List, class... D>
constexpr void for_each_type(List<D...>, F&& f) {
    (f(D{}), ...);
}

} // namespace hawser::detail
