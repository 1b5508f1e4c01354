#pragma once
// The types that a database has besides the built-in ones: enums, domains, composites, ranges, and arrays of them.
// https://www.postgresql.org/docs/15/catalog-pg-type.html
#include <memory>
#include <pgwire/types.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hawser::pgwire {

// What is known of a database's types at one time. It never changes: who learns more makes a new one with(), and gives
// it to those that come later. So any thread reads without a lock, and what find() gave lives as long as the snapshot
// that it came from. One database has one catalog, whatever connection asked; a writer at a time is its owner's care.
class catalog_types final : public types {
public:
    // Gives the types of $1::oid[] and all that they are made of, a row each; what is not there is left out. All columns
    // in binary form.
    static const std::string_view query;
    // Gives the numbers of the types that $1::text[] names, in its order, NULL for none: `side`, `app.side`,
    // `"Side"[]`, as in SQL and along the search path.
    static const std::string_view query_of_names;

    // Knows the built-in types alone.
    catalog_types() = default;

    // These types and those of the rows, bodies of the DataRow messages that answer `query`. A type that both have is as
    // the row says, and one whose name a row gives to another type is forgotten. Null where a row is none of the query's.
    [[nodiscard]] std::shared_ptr<const catalog_types> with(std::span<const std::string_view> rows) const;

    [[nodiscard]] const type_info* find(oid id) const noexcept override;
    // By the name of its schema and its own; "pg_catalog" has the built-in ones.
    [[nodiscard]] const type_info* find(std::string_view schema, std::string_view name) const noexcept;
    // As SQL names it, whatever the search path: "public"."side". Empty where it is not known.
    [[nodiscard]] std::string sql_name(oid id) const;
    // Besides the built-in ones.
    [[nodiscard]] std::size_t size() const noexcept { return types_.size(); }

private:
    struct type;
    static bool read(std::string_view row, type& to);

    std::vector<std::shared_ptr<const type>> types_; // by number
};

} // namespace hawser::pgwire
