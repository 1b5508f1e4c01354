#pragma once
// A small schema that the files here break in one place each, and the texts that are made of it.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <hawser/mapping/ddl.hpp>
#include <hawser/mapping/literal.hpp>
#include <hawser/mapping/select.hpp>
#include <hawser/mapping/validate.hpp>
#include <optional>
#include <string>
#include <vector>

namespace app {

using hawser::col;

struct account {
    std::int64_t id{};
    std::string owner;
    std::int32_t rank{};
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(account, (), (id, owner, rank, note))
consteval auto hawser_table(hawser::of<account>) {
    return hawser::table<account>("accounts", hawser::primary_key<&account::id>.generated(),
                                  hawser::unique<&account::owner>);
}

struct venue {
    std::string code;
};
BOOST_DESCRIBE_STRUCT(venue, (), (code))
consteval auto hawser_table(hawser::of<venue>) {
    return hawser::table<venue>("venues", hawser::primary_key<&venue::code>);
}

template <class T>
inline constexpr bool checked = hawser::detail::checked<T>::ok;

template <class T, class Where>
const hawser::statement& select(const Where&) {
    using namespace hawser::detail;
    return statement_of<T, select_text<T, Where, unbounded>>;
}
template <class T, class Order>
const hawser::statement& ordered(const Order&) {
    using namespace hawser::detail;
    return statement_of<T, select_text<T, every_row, unbounded, Order>>;
}
template <class T, class... Set>
const hawser::statement& patch(const Set&...) {
    return hawser::detail::statement_of<T, hawser::detail::patch_text<T, Set...>>;
}

} // namespace app
