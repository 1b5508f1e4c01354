#pragma once
// A statement that an engine runs in another's place, and that fails there as planned.
#include <hawser/core/errc.hpp>
#include <hawser/core/error.hpp>
#include <hawser/core/row.hpp>
#include <hawser/core/statement.hpp>
#include <hawser/engine/batch.hpp>
#include <string>
#include <string_view>

namespace hawser::testing::detail {

// Its only row is its failure, so that the engine does all that it does for a statement that fails.
class refusal final : public row_sink {
public:
    refusal(const engine::request& of, std::string_view job_name, errc kind, const std::string& message)
        : text_("select 1 -- in place of " + std::string(of.what->name())),
          what_({.name = of.what->name(),
                 .sqlite = text_,
                 .postgres = text_,
                 .parameters = 0,
                 .read_only = true,
                 .lasting = false,
                 .table = of.what->table()}),
          kind_(kind),
          message_(message) {
        info_.statement_name = job_name.empty() ? of.what->name() : job_name;
        info_.sql = of.what->text(dialect::sqlite);
        if (of.what->table()) info_.table = of.what->table()->name;
    }
    [[nodiscard]] const statement& what() const noexcept { return what_; }
    void begin(std::span<const std::string_view>) override {}
    bool row(std::span<const field_view>) override { throw_error(kind_, message_, info_); }

private:
    const std::string text_;
    const statement what_;
    const errc kind_;
    const std::string message_;
    error_info info_;
};

} // namespace hawser::testing::detail
