// How a pipeline finds out the types that a bulk statement's values are to have, where its text does not tell: a table may
// have columns of the database's own types, whose numbers differ from database to database.
//
// The server is asked which ones it wants, and then what those are that nobody of this database's connections knows yet.
#include "pgwire/codec/base_type.hpp"
#include "pgwire/codec/nested.hpp"
#include "pgwire/message/describe.hpp"
#include "pgwire/message/parse.hpp"
#include "pgwire/oids.hpp"
#include "postgres/control.hpp"
#include "postgres/pipeline.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <string>

namespace hawser::postgres {
namespace {

// Of the element of an array, as a text casts to it; 0: it is not built in.
pgwire::oid type_named(std::string_view name) noexcept {
    struct alias {
        std::string_view sql;
        std::string_view own;
    };
    static constexpr alias aliases[] = {{"bigint", "int8"},   {"integer", "int4"},
                                        {"smallint", "int2"}, {"boolean", "bool"},
                                        {"real", "float4"},   {"double precision", "float8"}};
    for (const alias& a : aliases)
        if (name == a.sql) name = a.own;
    const pgwire::type_info* const known = pgwire::built_in(name.substr(0, name.find('(')));
    return known == nullptr ? 0 : known->id;
}

// The server may want what is cast to text otherwise; and what is not built in is what it says.
bool may_be_another(pgwire::oid cast) noexcept {
    return cast == 0 || cast == pgwire::oids::text;
}

// Of what is not, texts are sent, which the server reads. Nor of composites, which unnest() would take apart.
bool goes_as_array(pgwire::oid element, const pgwire::types& known) noexcept {
    const pgwire::type_info* const type = known.find(element);
    const pgwire::type_info* const base = type == nullptr ? nullptr : pgwire::base_of(*type, known);
    return base != nullptr && type->array != 0 && base->kind != pgwire::type_kind::composite &&
           pgwire::has_binary_form(*type, known);
}

} // namespace

bool pipeline::must_ask_types(const flight& f) {
    const std::string_view sql = f.feeding->what->text(dialect::postgres);
    if (statements_.find(*f.feeding->what, {}, wording::plain).at != prepared::state::unknown) return false;
    const auto casts = casts_of(sql);
    const bool unknown =
        std::any_of(casts.begin(), casts.end(), [](std::string_view c) { return type_named(c) == 0; });
    return (unknown || f.mistyped) && !single_row_of(sql).empty();
}

// Within a caller's transaction it can be sent once more only where a savepoint is in front of it.
bool pipeline::may_be_mistyped(const flight& f) {
    if (!leased_ || status_ == 'I') return false;
    if (statements_.find(*f.feeding->what, {}, wording::plain).at != prepared::state::unknown) return false;
    const auto casts = casts_of(f.feeding->what->text(dialect::postgres));
    return std::any_of(casts.begin(), casts.end(),
                       [](std::string_view c) { return may_be_another(type_named(c)); });
}

void pipeline::ask_types(flight& f, std::string_view question) {
    f.typing = type_stage::asking;
    f.waits = true;
    send_wrapping(f);
    copied_ = {};
    step& s = push(f);
    s.request = f.feeding;
    s.what = f.feeding->what;
    s.form = &copied_;
    s.cold = true;
    statements_.hold(copied_);
    pgwire::write_parse(out_, {}, question, {});
    pgwire::write_describe_statement(out_, {});
    s.turn = pgwire::extended_query({.prepare = true, .execute = false});
    end_bytes(s, sync::yes);
    fed_ = &f; // nothing of others in between
}

void pipeline::go_on_asking(flight& f) noexcept {
    const bool copies = f.copying != copy_stage::no;
    if (f.failure || f.unread || f.again || f.stopping) {
        f.copying = copy_stage::no; // not even begun: there is nothing to end
        return give_up_bulk(f, nullptr);
    }
    const reached before = here();
    try {
        if (f.typing == type_stage::catalog) take_types();
        const auto unknown = f.typing == type_stage::asking ? unknown_types(f) : std::vector<pgwire::oid>();
        if (!unknown.empty()) return ask_catalog(f, unknown);
        f.typing = type_stage::told;
        copied_.types = types_.now();
        if (copies) {
            f.copying = copy_stage::rows;
            send_copy(f);
        }
        f.units = 1; // it is under way until its last row says so
        feed();
    } catch (...) {
        take_back(before);
        f.copying = copy_stage::no;
        give_up_bulk(f, std::current_exception());
    }
}

std::vector<pgwire::oid> pipeline::unknown_types(const flight& f) const {
    const auto known = types_.now();
    std::vector<pgwire::oid> all;
    const auto look_at = [&](pgwire::oid o) {
        const pgwire::type_info* const type = known->find(o);
        const bool asked_before = !f.types_anew && type != nullptr && is_lasting(*type, *known);
        if (pgwire::built_in(o) == nullptr && !asked_before) all.push_back(o);
    };
    for (const pgwire::oid o : copied_.parameters) look_at(o);
    for (const result_column& c : copied_.columns) look_at(c.type);
    return all;
}

void pipeline::ask_catalog(flight& f, std::span<const pgwire::oid> types) {
    f.typing = type_stage::catalog;
    f.waits = true;
    type_rows_.clear();
    parameters list;
    for (const pgwire::oid o : types) list.integer(o);
    list.fold(0, field_type::int64);
    step& s = push(f);
    s.what = &types_statement();
    write_statement(s, list.slice(0, 1), sync::yes);
}

void pipeline::take_types() {
    const std::vector<std::string_view> rows(type_rows_.begin(), type_rows_.end());
    if (!types_.learn(rows)) throw_error(errc::connection_lost, "the catalog of types has another form");
}

void pipeline::write_bulk_parse(const step& s) {
    const std::string_view sql = s.what->text(dialect::postgres);
    prepared& p = *s.form;
    p.types = types_.now();
    const std::vector<array_form> forms = choose_elements(s);
    p.parameters.clear();
    for (const pgwire::oid element : p.elements) {
        const pgwire::type_info* const type = p.types->find(element);
        if (type == nullptr)
            throw_error(errc::unsupported, "a bulk statement has a placeholder whose type is not known: " +
                                               std::string(s.what->name()));
        p.parameters.push_back(type->array);
    }
    std::string text = with_forms(sql, forms);
    if (p.elements.empty()) {
        text = many_defaults(sql);
        p.parameters.push_back(pgwire::oids::int8);
    }
    pgwire::write_parse(out_, p.name, text, p.parameters);
    pgwire::write_describe_statement(out_, p.name);
    p.at = prepared::state::pending;
}

std::vector<array_form> pipeline::choose_elements(const step& s) const {
    prepared& p = *s.form;
    std::vector<array_form> forms;
    p.elements.clear();
    const auto told = s.of->typing == type_stage::told ? std::span<const pgwire::oid>(copied_.parameters)
                                                       : std::span<const pgwire::oid>();
    for (const std::string_view cast : casts_of(s.what->text(dialect::postgres))) {
        const std::size_t at = p.elements.size();
        const pgwire::oid named = type_named(cast);
        const pgwire::oid wanted =
            may_be_another(named) && at < told.size() && told[at] != 0 ? told[at] : named;
        array_form& form = forms.emplace_back();
        const bool array = goes_as_array(wanted, *p.types);
        form.as_declared = wanted != named || !array;
        if (!array) form.each_as = p.types->sql_name(wanted);
        p.elements.push_back(form.each_as.empty() ? wanted : pgwire::oids::text);
        p.own_types = p.own_types || pgwire::built_in(wanted) == nullptr;
    }
    return forms;
}

} // namespace hawser::postgres
