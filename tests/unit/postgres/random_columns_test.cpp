// Random values of every type whose binary form the driver knows. What it reads of them, in text and in binary form, is
// what the server prints; and bound or copied in again as it was read, and as the text that the server prints, it is the
// same value to the server.
#include "server_text.hpp"
#include "support/catch.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include "support/postgres_cluster.hpp"
#include "support/random_values.hpp"
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <hawser/core/decimal_wide.hpp>
#include <hawser/core/error.hpp>
#include <hawser/core/value.hpp>
#include <hawser/postgres/engine.hpp>
#include <list>
#include <map>
#include <memory>
#include <pgwire/catalog_types.hpp>
#include <pgwire/codec/base_type.hpp>
#include <pgwire/codec/nested.hpp>
#include <pgwire/oids.hpp>
#include <set>
#include <string>
#include <vector>

using namespace hawser::pgwire;
using hawser::field_type;
using hawser::field_view;
using hawser::engine::batch_mode;
using hawser::engine::bulk_verb;
using support::fresh_database;
using support::question;
using support::random_values;
using support::raw_postgres;
namespace pg = support::pg;

namespace {

constexpr std::size_t values_of_each = 48;
constexpr oid money = 790;

// --- what a field is to the server ---

struct servers_text {
    std::string printed;
    std::string value; // the same for all forms of one value: an interval's microseconds, a document as jsonb
};

template <class Real>
std::string printed_real(double v, const std::string& servers) {
    const Real read = sizeof(Real) == 4 ? static_cast<Real>(std::strtof(servers.c_str(), nullptr))
                                        : static_cast<Real>(std::strtod(servers.c_str(), nullptr));
    const bool same = std::isnan(v) ? std::isnan(read)
                                    : static_cast<double>(read) == v && std::signbit(read) == std::signbit(v);
    return same ? servers : server_text::real(v);
}

std::string printed(const field_view& f, const type_info& base, const servers_text& servers) {
    switch (f.type) {
    case field_type::boolean: return f.integer != 0 ? "t" : "f";
    case field_type::int64: return std::to_string(f.integer);
    case field_type::float64:
        return base.id == oids::float4 ? printed_real<float>(f.real, servers.printed)
                                       : printed_real<double>(f.real, servers.printed);
    case field_type::text:
    case field_type::json: return std::string(f.text());
    case field_type::bytes: return server_text::bytea(f.text());
    case field_type::uuid: return server_text::uuid(f.text());
    case field_type::decimal: return server_text::decimal(f.integer, f.scale);
    case field_type::wide_decimal:
        return server_text::decimal(
            hawser::detail::decode_ordered(std::span<const std::byte, 16>(f.bytes().data(), 16)), f.scale);
    case field_type::instant:
        return server_text::instant(f.integer, base.id == oids::timestamptz ? "+00" : "");
    case field_type::date: return server_text::date(f.integer);
    case field_type::duration:
        return std::to_string(f.integer) == servers.value ? servers.printed
                                                          : std::to_string(f.integer) + " microseconds";
    case field_type::null:
    case field_type::list:
    case field_type::key_of: break;
    }
    return std::string(to_string(f.type));
}

// What values of a type come as; text as well where some have no other field.
std::set<field_type> kinds_of(oid base) {
    using enum field_type;
    switch (base) {
    case oids::boolean: return {boolean};
    case oids::int2:
    case oids::int4:
    case oids::int8:
    case oids::object:
    case oids::xid:
    case oids::cid: return {int64};
    case oids::xid8: return {int64, text};
    case oids::float4:
    case oids::float8: return {float64};
    case oids::numeric: return {decimal, wide_decimal, text};
    case oids::json:
    case oids::jsonb: return {json};
    case oids::bytea: return {bytes};
    case oids::uuid: return {uuid};
    case oids::timestamp:
    case oids::timestamptz: return {instant, text};
    case oids::date: return {date, text};
    case oids::interval: return {duration, text};
    default: return {text};
    }
}

void append(hawser::parameters& to, const field_view& f) {
    switch (f.type) {
    case field_type::boolean: return to.boolean(f.integer != 0);
    case field_type::int64: return to.integer(f.integer);
    case field_type::float64: return to.real(f.real);
    case field_type::decimal: return to.decimal(f.integer, f.scale);
    case field_type::wide_decimal:
        return to.wide_decimal(
            hawser::detail::decode_ordered(std::span<const std::byte, 16>(f.bytes().data(), 16)), f.scale);
    case field_type::instant: return to.timestamp(hawser::timestamp(std::chrono::microseconds(f.integer)));
    case field_type::date:
        return to.date(std::chrono::sys_days(std::chrono::days(static_cast<std::int32_t>(f.integer))));
    case field_type::duration: return to.duration(std::chrono::microseconds(f.integer));
    default: return to.text(f.text(), f.type);
    }
}

// --- through the driver ---

struct first_column final : hawser::row_sink {
    void begin(std::span<const std::string_view>) override { values.clear(); }
    bool row(std::span<const field_view> fields) override {
        values.emplace_back(fields.front());
        return true;
    }
    std::vector<hawser::value> values;
};

using fields = std::vector<field_view>;

struct numbered_rows final : hawser::row_source {
    explicit numbered_rows(const fields& v) : values(v) {}
    [[nodiscard]] std::size_t size() const override { return values.size(); }
    void encode(std::size_t index, hawser::parameters& to) const override {
        to.integer(static_cast<std::int64_t>(index));
        append(to, values[index]);
    }
    void assigned(std::size_t, std::int64_t) override {}
    const fields& values;
};

constexpr hawser::table_info stored_table{.name = "stored", .constraints = {}};

// A type with the values that one table has of it; another one is filled with the same again.
struct tried_type {
    const type_info* type = nullptr;
    const type_info* base = nullptr;
    std::string name; // as SQL has it
    std::string given{}, stored{};
    std::vector<servers_text> servers{};
    std::vector<hawser::value> read{};
    fields as_read{}, as_text{};

    // A binary COPY does not take the server's text for it.
    [[nodiscard]] bool may_be_copied() const noexcept { return base->id != money; }
};

// Each step asks for all types at once.
class trial {
public:
    trial(raw_postgres& look, support::engine_ptr e, const types& known)
        : look_(look), engine_(std::move(e)), known_(known) {}

    std::vector<std::string> wrong;
    std::map<std::string, std::size_t> compared; // by what was done

    void add(const type_info& type, const std::string& name) {
        tried_type& t =
            all_.emplace_back(tried_type{.type = &type, .base = base_of(type, known_), .name = name});
        t.given = "given_" + std::to_string(type.id);
        t.stored = "stored_" + std::to_string(type.id);
    }
    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
    [[nodiscard]] std::size_t copied() const {
        return static_cast<std::size_t>(
            std::count_if(all_.begin(), all_.end(), [](const tried_type& t) { return t.may_be_copied(); }));
    }

    void check() {
        store_random_values();
        const auto select = [](const tried_type& t) { return "select v from " + t.given + " order by n"; };
        reads("select", batch_mode::read, select);
        // What may write is asked for text at first, and for binary forms when its columns are known.
        const auto insert = [](const tried_type& t) {
            return "insert into " + t.stored + " select n, v from " + t.given + " order by n returning v";
        };
        reads("text form", batch_mode::atomic, insert);
        reads("binary form", batch_mode::atomic, insert);
        for (tried_type& t : all_) {
            for (const hawser::value& v : t.read) t.as_read.push_back(v.view());
            for (const servers_text& s : t.servers)
                t.as_text.push_back(field_view::of(field_type::text, s.printed.data(),
                                                   static_cast<std::uint32_t>(s.printed.size())));
        }
        const auto copy = [](const tried_type& t) {
            return "copy \"" + t.stored + R"(" ("n", "v") from stdin (format binary))";
        };
        const auto unnest = [](const tried_type& t) {
            return "insert into \"" + t.stored +
                   "\" (\"n\", \"v\") select _r._1, _r._2 from unnest($1::bigint[], $2::text[]) "
                   "with ordinality as _r(_1, _2, _n) order by _r._n";
        };
        // Days become hours, and a document bound by itself is a jsonb.
        const auto as_hours = [](oid base) { return base == oids::interval; };
        const auto as_bound = [&](oid base) { return as_hours(base) || base == oids::json; };
        const auto as_is = [](oid) { return false; };
        stores("parameters, as read", [&](auto& t) { return bound(t, t.as_read); }, as_bound);
        stores("parameters, as text", [&](auto& t) { return bound(t, t.as_text); }, as_is);
        stores(
            "unnest, as text", [&](auto& t) { return bulk(unnest(t), t.as_text, bulk_verb::insert); }, as_is);
        stores("copy, as read", [&](auto& t) { return bulk(copy(t), t.as_read, bulk_verb::copy); }, as_hours);
        stores("copy, as text", [&](auto& t) { return bulk(copy(t), t.as_text, bulk_verb::copy); }, as_is);
    }

private:
    void store_random_values() {
        std::string tables;
        for (const tried_type& t : all_)
            tables += "create unlogged table " + t.given + " (n int8, v " + t.name +
                      "); create unlogged table " + t.stored + " (like " + t.given + ");";
        look_.exec(tables);
        for (tried_type& t : all_) {
            random_values random(random_values::seed_of(t.type->name), known_);
            std::string said =
                pg::parse("s", "insert into " + t.given + " values ($1, $2)", {oids::int8, t.type->id});
            for (std::size_t i = 0; i < values_of_each; ++i) {
                const auto one = random.of(*t.type);
                if (!one) FAIL("there are no random values of " << t.name);
                said +=
                    pg::bind("", "s", {pg::int8(static_cast<std::int64_t>(i)), *one}, {1}) + pg::execute();
            }
            look_.send(said + pg::close('S', "s") + pg::sync());
            for (const auto& m : look_.until_ready())
                if (m.type == 'E') FAIL(t.name << ": " << support::field_of(m, 'M'));
            t.servers = shown(t, t.given);
            REQUIRE(t.servers.size() == values_of_each);
        }
    }

    std::vector<servers_text> shown(const tried_type& t, const std::string& table) {
        const std::string value = t.base->id == oids::interval ? "trunc(extract(epoch from v) * 1000000)"
                                  : t.base->id == oids::json   ? "v::jsonb"
                                                               : "format('%s', v)";
        std::vector<servers_text> all;
        for (const auto& row :
             look_.rows("select format('%s', v), " + value + " from " + table + " order by n"))
            all.push_back({row.at(0), row.at(1)});
        return all;
    }

    // Why each failed that did, by its place.
    std::map<std::size_t, std::string> ask(const std::vector<question>& all) {
        std::map<std::size_t, std::string> failed;
        boost::asio::io_context io;
        for (std::size_t i = 0; i < all.size(); ++i)
            boost::asio::co_spawn(io, support::send(engine_, all[i].job),
                                  [&failed, i](const std::exception_ptr& e) {
                                      if (e) failed[i] = support::error_in(e).message();
                                  });
        io.run();
        return failed;
    }

    template <class Sql>
    void reads(const char* what, batch_mode mode, Sql sql) {
        std::vector<question> questions;
        std::list<first_column> sinks;
        for (const tried_type& t : all_) {
            question& q = questions.emplace_back(mode);
            q.add(sql(t));
            q.last().rows = &sinks.emplace_back();
        }
        for (const auto& [at, why] : ask(questions)) tell(all_[at], what, why, "values");
        auto sink = sinks.begin();
        for (tried_type& t : all_) {
            t.read = std::move((sink++)->values);
            compare(t, what);
        }
    }

    void compare(const tried_type& t, const char* what) {
        if (t.read.size() != t.servers.size())
            return tell(t, what, std::to_string(t.read.size()) + " rows", std::to_string(t.servers.size()));
        const auto kinds = kinds_of(t.base->id);
        for (std::size_t i = 0; i < t.read.size(); ++i) {
            const field_view f = t.read[i].view();
            if (kinds.count(f.type) == 0)
                tell(t, what, "a value as " + std::string(to_string(f.type)), t.servers[i].printed);
            same(t, what, printed(f, *t.base, t.servers[i]), t.servers[i].printed);
        }
    }

    static question bound(const tried_type& t, const fields& values) {
        std::string sql = "insert into " + t.stored + " values ";
        question q(batch_mode::atomic);
        for (std::size_t i = 0; i < values.size(); ++i)
            sql += (i == 0 ? "(" : ", (") + std::to_string(i) + ", $" + std::to_string(i + 1) + ')';
        q.add(sql);
        for (const field_view& f : values) append(q.job->batch.values, f);
        q.last().parameter_count = static_cast<std::uint32_t>(values.size());
        return q;
    }

    question bulk(const std::string& sql, const fields& values, bulk_verb verb) {
        question q(batch_mode::atomic);
        q.add(sql, &stored_table);
        q.last().bulk = &sources_.emplace_back(values);
        q.last().bulk_as = verb;
        return q;
    }

    template <class Question, class Form>
    void stores(const std::string& what, Question make, Form loses_form) {
        const bool copies = what.starts_with("copy");
        std::string emptied;
        std::vector<question> questions;
        std::vector<const tried_type*> asked;
        for (const tried_type& t : all_) {
            emptied += "delete from " + t.stored + ';';
            if (copies && !t.may_be_copied()) continue;
            asked.push_back(&t);
            questions.push_back(make(t));
        }
        look_.exec(emptied);
        for (const auto& [at, why] : ask(questions)) tell(*asked[at], what, why, "values");
        for (const tried_type* const t : asked) {
            const std::vector<servers_text> got = shown(*t, t->stored);
            const auto told = loses_form(t->base->id) ? &servers_text::value : &servers_text::printed;
            if (got.size() != t->servers.size()) tell(*t, what, std::to_string(got.size()) + " rows", "more");
            for (std::size_t i = 0; i < got.size() && i < t->servers.size(); ++i)
                same(*t, what, got[i].*told, t->servers[i].*told);
        }
    }

    void same(const tried_type& t, const std::string& what, const std::string& got,
              const std::string& servers) {
        ++compared[what];
        if (got != servers) tell(t, what, got, servers);
    }
    void tell(const tried_type& t, const std::string& what, const std::string& got,
              const std::string& servers) {
        wrong.push_back(t.name + ", " + what + ": " + got + "\n   the server's: " + servers);
    }

    raw_postgres& look_;
    support::engine_ptr engine_;
    const types& known_;
    std::vector<tried_type> all_;
    std::list<numbered_rows> sources_;
};

support::engine_ptr open(const fresh_database& fresh) {
    const auto where = fresh.address();
    hawser::postgres::settings s;
    s.endpoints = {{.host = where.host, .port = where.port}};
    s.user = where.user;
    s.database = where.database;
    s.shared_connections = 1;
    return hawser::postgres::open(s);
}

void check_all(trial& all) {
    all.check();
    INFO("HAWSER_VALUES_SEED=" << random_values::seed());
    for (std::size_t i = 0; i < all.wrong.size() && i < 40; ++i) FAIL_CHECK(all.wrong[i]);
    CHECK(all.wrong.empty());
    CHECK(all.compared.size() == 8);
    for (const auto& [what, count] : all.compared) {
        INFO(what);
        CHECK(count == values_of_each * (what.starts_with("copy") ? all.copied() : all.size()));
    }
}

// No column has the others: unknown, cstring and its array, void.
bool may_be_column(const type_info& type) {
    static constexpr oid none[] = {705, 1263, 2275, 2278};
    return std::find(std::begin(none), std::end(none), type.id) == std::end(none);
}

std::shared_ptr<const catalog_types> types_of(raw_postgres& look) {
    const auto own = look.rows("select oid from pg_type where oid >= 16384");
    std::string list = pg::int4(1) + pg::int4(0) + pg::int4(static_cast<std::int32_t>(oids::object)) +
                       pg::int4(static_cast<std::int32_t>(own.size())) + pg::int4(1);
    for (const auto& row : own)
        list += pg::int4(4) + pg::int4(static_cast<std::int32_t>(std::stol(row.at(0))));
    look.send(pg::parse("", catalog_types::query, {1028}) + pg::bind("", "", {list}) + pg::execute() +
              pg::sync());
    const auto messages = look.until_ready();
    std::vector<std::string_view> rows;
    for (const auto& m : messages)
        if (m.type == 'D') rows.push_back(m.body);
    return catalog_types().with(rows);
}

constexpr const char* own_types = R"(
    create domain number as int4;
    create domain moody as mood;
    create domain moodier as moody;
    create domain numbers as number[];
    create domain amount as numeric;
    create domain moment as timestamptz;
    create type pair as (a int4, b text, c mood);
    create domain paired as pair;
    create type text_range as range (subtype = text, collation = "C");
    create type "Odd, ""name" as ("x y" moodier, n numbers, p pair[], r text_range, v numeric, t timestamptz,
                                  j jsonb, i paired);
    create table of_rows (n int8, s text, d date[]);
)";

} // namespace

TEST_CASE("random values of every built-in type pass the driver both ways as the server prints them",
          "[postgres][types][values]") {
    NEED_POSTGRES();
    const fresh_database fresh;
    raw_postgres look = fresh.look();
    const types known;
    const auto e = open(fresh);
    trial all(look, e, known);
    std::set<std::string_view> more_than_text;
    for (oid id = 1; id < 16'384; ++id) {
        const type_info* const type = built_in(id);
        if (type == nullptr || !may_be_column(*type) || (id != money && !has_binary_form(*type, known)))
            continue;
        all.add(*type, "pg_catalog.\"" + std::string(type->name) + '"');
        if (kinds_of(id) != kinds_of(oids::text)) more_than_text.insert(type->name);
    }
    check_all(all);
    support::close(e);
    CHECK(all.size() > 100);
    CHECK(all.copied() + 1 == all.size());
    CHECK(more_than_text == std::set<std::string_view>{"bool", "int2", "int4", "int8", "oid", "xid", "cid",
                                                       "xid8", "float4", "float8", "numeric", "json", "jsonb",
                                                       "bytea", "uuid", "timestamp", "timestamptz", "date",
                                                       "interval"});
}

TEST_CASE("random values of a database's own types pass the driver both ways as the server prints them",
          "[postgres][types][values]") {
    NEED_POSTGRES();
    const fresh_database fresh;
    raw_postgres look = fresh.look();
    std::string labels;
    for (const std::string& label : random_values::labels)
        labels += (labels.empty() ? "'" : ", '") + label + "'";
    look.exec("create type mood as enum (" + labels + ");" + own_types);
    const auto known = types_of(look);
    REQUIRE(known);
    const auto e = open(fresh);
    trial all(look, e, *known);
    for (const auto& row : look.rows("select oid, format_type(oid, null) from pg_type where oid >= 16384")) {
        const type_info* const type = known->find(static_cast<oid>(std::stoul(row.at(0))));
        REQUIRE(type != nullptr);
        all.add(*type, row.at(1));
    }
    check_all(all);
    support::close(e);
    CHECK(all.size() == known->size());
    CHECK(all.copied() == all.size());
}
