#pragma once
// Expressions, compared at once: their text in both dialects, and what they bind.
#include <hawser/core/parameters.hpp>
#include <string>
#include <string_view>
#include "support/catch.hpp"
#include "texts.hpp"

namespace mapping_test {

using hawser::field_type;
using hawser::parameters;

template <class T, class E>
void check_both(const E& e, std::string_view sqlite, std::string_view postgres) {
    CHECK(sqlite_text<T>(e) == sqlite);
    CHECK(postgres_text<T>(e) == postgres);
}

// "text[a,b]"
inline std::string shown(const hawser::field_view& list) {
    std::string text(hawser::to_string(list.element));
    text += '[';
    for (const hawser::field_view& f : list.list()) {
        if (text.back() != '[') text += ',';
        text += f.type == list.element ? "" : "?";
        if (f.type == field_type::float64)
            text += std::to_string(f.real);
        else
            text += f.type == field_type::text ? std::string(f.text()) : std::to_string(f.integer);
    }
    return text + ']';
}

// What an expression binds, in its order.
template <class E>
std::string bound(const E& e) {
    parameters p;
    e.bind(p);
    std::string text;
    for (const hawser::field_view& f : p.slice(0, p.size())) {
        if (!text.empty()) text += '|';
        switch (f.type) {
        case field_type::null: text += "null"; break;
        case field_type::list: text += shown(f); break;
        case field_type::float64: text += "real"; break;
        case field_type::text:
        case field_type::json:
        case field_type::bytes: text += f.text(); break;
        default: text += std::to_string(f.integer);
        }
    }
    return text;
}

template <class Make>
hawser::errc kind_of(Make make) {
    try {
        make();
    } catch (const hawser::error& e) { return e.kind(); }
    throw std::logic_error("expected an error");
}

} // namespace mapping_test
