#include "pgwire/catalog_types.hpp"
#include "pgwire/codec/array_header.hpp"
#include "pgwire/input.hpp"
#include <algorithm>
#include <optional>
#include <string>

namespace hawser::pgwire {

// A type whose values are received as those of text are, such as citext, is told as a domain over it.
// The condition on u.id is always true. It makes the planner expect one row: of what it expects of a list, the recursion
// would look so dear that the server compiled it, which takes it a hundred times as long as running it.
const std::string_view catalog_types::query = R"(
with recursive needed (id) as (
    select u.id from unnest($1::pg_catalog.oid[]) as u (id) where u.id = coalesce(u.id, 0)
    union
    select made_of.id
    from needed
    join pg_catalog.pg_type t on t.oid = needed.id
    cross join lateral (
        select t.typelem where t.typinput = 'pg_catalog.array_in'::pg_catalog.regproc
        union all
        select t.typbasetype where t.typtype = 'd'
        union all
        select r.rngsubtype from pg_catalog.pg_range r where r.rngtypid = t.oid
        union all
        select r.rngtypid from pg_catalog.pg_range r where r.rngmultitypid = t.oid
        union all
        select a.atttypid from pg_catalog.pg_attribute a
        where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    ) made_of (id)
)
select t.oid, n.nspname, t.typname,
    case
        when t.typinput = 'pg_catalog.array_in'::pg_catalog.regproc then 'a'::pg_catalog."char"
        when like_text then 'd'::pg_catalog."char"
        else t.typtype
    end,
    t.typdelim,
    case
        when t.typinput = 'pg_catalog.array_in'::pg_catalog.regproc then t.typelem
        when t.typtype = 'd' then t.typbasetype
        when like_text then 25::pg_catalog.oid
        when t.typtype = 'r' then (select r.rngsubtype from pg_catalog.pg_range r where r.rngtypid = t.oid)
        when t.typtype = 'm' then (select r.rngtypid from pg_catalog.pg_range r where r.rngmultitypid = t.oid)
        else 0::pg_catalog.oid
    end,
    t.typarray, coalesce(a.names, '{}'), coalesce(a.types, '{}')
from needed
join pg_catalog.pg_type t on t.oid = needed.id
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
cross join lateral (
    select t.typtype = 'b' and t.oid >= 16384 and exists (
        select from pg_catalog.pg_proc p
        where p.oid = t.typreceive and p.prolang = 12 and p.prosrc = 'textrecv'
    ) as like_text
) received
cross join lateral (
    select array_agg(a.attname order by a.attnum) as names, array_agg(a.atttypid order by a.attnum) as types
    from pg_catalog.pg_attribute a
    where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
) a
)";

const std::string_view catalog_types::query_of_names = R"(
select pg_catalog.to_regtype(w.name)::pg_catalog.oid
from unnest($1::pg_catalog.text[]) with ordinality as w (name, place)
order by w.place
)";

struct catalog_types::type {
    type_info info{};
    std::string schema{};
    std::string name{};
    std::vector<std::string> attribute_names{};
    std::vector<type_info::attribute> attributes{};
};

namespace {

bool kind_of(char letter, type_kind& kind) noexcept {
    switch (letter) {
    case 'a': kind = type_kind::array; return true;
    case 'b': kind = type_kind::base; return true;
    case 'c': kind = type_kind::composite; return true;
    case 'd': kind = type_kind::domain; return true;
    case 'e': kind = type_kind::enumerated; return true;
    case 'm': kind = type_kind::multirange; return true;
    case 'p': kind = type_kind::pseudo; return true;
    case 'r': kind = type_kind::range; return true;
    default: return false;
    }
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out.append(c == '"' ? 2 : 1, c);
    return out += '"';
}

// The columns of a row, none of which is NULL.
class columns {
public:
    explicit columns(std::string_view row) noexcept : in_(row) {
        if (in_.integer<std::uint16_t>() != 9) in_.fail();
    }
    std::string_view text() noexcept {
        std::string_view value;
        if (!in_.value(value)) in_.fail();
        return value;
    }
    oid number() noexcept {
        input value(text());
        const oid n = value.integer<oid>();
        if (!value.finished()) in_.fail();
        return n;
    }
    char letter() noexcept {
        input value(text());
        const char c = value.byte();
        if (!value.finished()) in_.fail();
        return c;
    }
    [[nodiscard]] bool finished() const noexcept { return in_.finished(); }

private:
    input in_;
};

} // namespace

bool catalog_types::read(std::string_view row, type& to) {
    columns column(row);
    to.info.id = column.number();
    to.schema = column.text();
    to.name = column.text();
    const char letter = column.letter();
    to.info.delimiter = column.letter();
    to.info.part = column.number();
    to.info.array = column.number();
    array_elements names(column.text());
    array_elements numbers(column.text());
    if (!column.finished() || !kind_of(letter, to.info.kind)) return false;

    while (const std::optional<array_elements::element> name = names.next()) {
        const std::optional<array_elements::element> number = numbers.next();
        if (!number || number->bytes.size() != sizeof(oid) || name->null) return false;
        to.attribute_names.emplace_back(name->bytes);
        to.attributes.push_back({{}, input(number->bytes).integer<oid>()});
    }
    if (!names.finished() || !numbers.finished()) return false;

    // where the texts lie from now on
    for (std::size_t i = 0; i < to.attributes.size(); ++i) to.attributes[i].name = to.attribute_names[i];
    to.info.attributes = to.attributes;
    to.info.name = to.name;
    return true;
}

std::shared_ptr<const catalog_types> catalog_types::with(std::span<const std::string_view> rows) const {
    const auto more = std::make_shared<catalog_types>(*this);
    std::vector<std::shared_ptr<const type>>& all = more->types_;
    for (const std::string_view row : rows) {
        const auto made = std::make_shared<type>();
        if (!read(row, *made)) return nullptr;
        if (built_in(made->info.id)) continue;
        std::erase_if(all, [&](const std::shared_ptr<const type>& t) {
            return t->info.id == made->info.id || (t->name == made->name && t->schema == made->schema);
        });
        const auto behind =
            std::ranges::upper_bound(all, made->info.id, {}, [](const auto& t) { return t->info.id; });
        all.insert(behind, made);
    }
    return more;
}

const type_info* catalog_types::find(oid id) const noexcept {
    if (const type_info* const found = built_in(id)) return found;
    const auto at = std::ranges::lower_bound(types_, id, {}, [](const auto& t) { return t->info.id; });
    return at != types_.end() && (*at)->info.id == id ? &(*at)->info : nullptr;
}

std::string catalog_types::sql_name(oid id) const {
    if (const type_info* const found = built_in(id)) return "\"pg_catalog\"." + quoted(found->name);
    const auto at = std::ranges::find_if(types_, [&](const auto& t) { return t->info.id == id; });
    return at != types_.end() ? quoted((*at)->schema) + '.' + quoted((*at)->name) : std::string();
}

const type_info* catalog_types::find(std::string_view schema, std::string_view name) const noexcept {
    if (schema == "pg_catalog")
        if (const type_info* const found = built_in(name)) return found;
    const auto at =
        std::ranges::find_if(types_, [&](const auto& t) { return t->name == name && t->schema == schema; });
    return at != types_.end() ? &(*at)->info : nullptr;
}

} // namespace hawser::pgwire
