// Types as a catalog describes them, right or wrong, and a value that is read as each of them. Rows come first, each
// behind its length in two bytes; behind a length of 0 comes the value.
#include "target.hpp"
#include <pgwire/catalog_types.hpp>
#include <pgwire/codec/codec.hpp>
#include <pgwire/codec/nested.hpp>
#include <pgwire/input.hpp>
#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace hawser::pgwire;
using fuzz::expect;
using fuzz::touch;

namespace {

// The numbers of all types that the rows may have brought, and of those that they are made of.
std::set<oid> numbers_in(const std::vector<std::string_view>& rows) {
    std::set<oid> found;
    for (const std::string_view row : rows) {
        input in(
            row.substr(std::min<std::size_t>(row.size(), 6))); // behind the number of columns and a length
        found.insert(in.integer<oid>());
    }
    return found;
}

void read_as(const type_info& type, const types& known, std::string_view value) {
    touch(type.name);
    for (const type_info::attribute& a : type.attributes) touch(a.name);
    const codec* const c = codec_of(type);
    if (has_binary_form(type, known)) expect(c, "what has a binary form has a codec");
    if (!c) return;
    std::string text;
    static_cast<void>(c->to_text(value, type, known, text));
    output out;
    static_cast<void>(c->to_binary(value, type, known, out));
}

} // namespace

void fuzz::run(std::string_view bytes) {
    input in(bytes);
    std::vector<std::string_view> rows;
    while (const auto length = in.integer<std::uint16_t>()) rows.push_back(in.take(length));
    const std::string_view value = in.rest();
    const auto known = catalog_types().with(rows);
    if (!known) return;
    expect(known->size() <= rows.size(), "there are no more types than rows");
    for (const oid id : numbers_in(rows))
        if (const type_info* const type = known->find(id)) {
            expect(type->id == id, "a type is found by its number");
            read_as(*type, *known, value);
        }
    expect(known->with(rows) != nullptr, "the same rows are read again");
}
