#pragma once
// The text of a bulk statement: one over an array for each placeholder, `from unnest($1::bigint[], $2::text[]) with
// ordinality as _r(_1, _2, _n)`.
#include <string>
#include <string_view>
#include <vector>

namespace hawser::postgres {

// The types of the arrays' elements, in the order of the placeholders: "bigint", "text". They lie in the text.
[[nodiscard]] std::vector<std::string_view> casts_of(std::string_view sql);

// How an array comes instead of as its cast says.
struct array_form {
    bool as_declared = false; // without the cast
    std::string each_as{};    // and this is what each of its elements is cast to
};
// The text for arrays of such forms, one for each placeholder.
[[nodiscard]] std::string with_forms(std::string_view sql, const std::vector<array_form>& forms);

// The same for one row, `$1` in the place of `_r._1`: the server tells the types that it wants the values in. Empty where
// the text has another form.
[[nodiscard]] std::string single_row_of(std::string_view sql);

// Of `insert into "t" default values`, which has nothing to make an array of: as many rows as $1 says.
[[nodiscard]] std::string many_defaults(std::string_view sql);

} // namespace hawser::postgres
