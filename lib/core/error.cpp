#include "core/retold.hpp"
#include <algorithm>
#include <hawser/core/error.hpp>
#include <typeinfo>
#include <utility>

namespace hawser {

namespace detail {
std::string_view shown_text(errc kind) noexcept;
}

struct error::facts {
    std::string message;
    error_info info;
    std::weak_ptr<const void> within{}; // the transaction that decides whether what was executed is stored
};

error::error(errc kind, const std::string& message, error_info info)
    : system_error(make_error_code(kind), message),
      facts_(std::make_shared<const facts>(facts{message, std::move(info), {}})) {}

std::string_view error::id() const noexcept {
    return facts_->info.id.empty() ? error_id(kind()) : facts_->info.id;
}
bool error::may_have_executed() const noexcept {
    return facts_->info.may_have_executed || kind() == errc::commit_unknown;
}
const error_info& error::info() const noexcept {
    return facts_->info;
}
const std::string& error::message() const noexcept {
    return facts_->message;
}

bool error::violates_columns(std::span<const std::string_view> columns) const noexcept {
    const auto& mine = facts_->info.columns;
    return std::is_permutation(columns.begin(), columns.end(), mine.begin(), mine.end());
}

stale_object::stale_object(errc kind, const std::string& message, error_info info,
                           std::optional<bool> row_exists)
    : error(kind, message, std::move(info)), row_exists_(row_exists) {}

namespace {

std::string describe(std::string_view entity, const std::vector<violation>& found) {
    std::string text{entity};
    for (std::size_t i = 0; i < found.size() && i < 8; ++i) {
        const violation& v = found[i];
        text += i == 0 ? ": " : "; ";
        if (v.row) text += "row " + std::to_string(*v.row) + ": ";
        if (!v.field.empty()) text += v.field + ' ';
        text += v.message;
    }
    if (found.size() > 8) text += "; and " + std::to_string(found.size() - 8) + " more";
    return text;
}

error_info with_table(error_info info, std::string_view entity) {
    info.table = entity;
    return info;
}

} // namespace

validation_error::validation_error(std::string_view entity, std::vector<violation> found, error_info info)
    : error(errc::validation_failed, describe(entity, found), with_table(std::move(info), entity)),
      found_(std::make_shared<const std::vector<violation>>(std::move(found))) {}
validation_error::validation_error(errc kind, const std::string& message, error_info info)
    : error(kind, message, std::move(info)), found_(std::make_shared<const std::vector<violation>>()) {}

namespace {

// Calls use(type) with the class that people catch for this kind.
template <class Class>
struct of_class {
    using type = Class;
};

template <class Use>
auto with_class_of(errc kind, Use use) {
    switch (kind) {
    case errc::unique_violation:
    case errc::foreign_key_violation:
    case errc::not_null_violation:
    case errc::check_violation:
    case errc::exclusion_violation: return use(of_class<constraint_error>{});
    case errc::not_found: return use(of_class<not_found>{});
    case errc::stale_object: return use(of_class<stale_object>{});
    case errc::validation_failed: return use(of_class<validation_error>{});
    case errc::connection_lost:
    case errc::connect_failed:
    case errc::closed: return use(of_class<connection_error>{});
    case errc::commit_unknown: return use(of_class<commit_unknown>{});
    case errc::pool_exhausted: return use(of_class<pool_exhausted>{});
    case errc::permission_denied: return use(of_class<security_error>{});
    case errc::serialization_failure:
    case errc::deadlock:
    case errc::busy:
    case errc::lock_timeout:
    case errc::precondition_failed: return use(of_class<transaction_error>{});
    default: return use(of_class<query_error>{});
    }
}

} // namespace

std::exception_ptr make_error(errc kind, const std::string& message, error_info info) {
    return with_class_of(kind, [&](auto c) {
        return std::make_exception_ptr(typename decltype(c)::type(kind, message, std::move(info)));
    });
}

void throw_error(errc kind, const std::string& message, error_info info) {
    with_class_of(kind, [&](auto c) { throw typename decltype(c)::type(kind, message, std::move(info)); });
    std::terminate();
}

namespace detail {

// Failures are shared, by the jobs of a group among others: what is added is added to a copy.
struct retold {
    template <class Error, class Edit>
    static std::exception_ptr as(const error& e, Edit edit) {
        if (typeid(e) != typeid(Error)) return nullptr;
        Error copy(static_cast<const Error&>(e));
        auto facts = std::make_shared<error::facts>(*copy.facts_);
        edit(*facts);
        copy.facts_ = std::move(facts);
        return std::make_exception_ptr(copy);
    }
    template <class... Errors, class Edit>
    static std::exception_ptr as_one_of(const error& e, Edit edit) {
        std::exception_ptr made;
        static_cast<void>(((made = as<Errors>(e, edit)) || ...));
        return made;
    }
    template <class Edit>
    static std::exception_ptr edited(std::exception_ptr failure, Edit edit) {
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) {
            auto made = as_one_of<error, connection_error, commit_unknown, pool_exhausted, query_error,
                                  transaction_error, constraint_error, not_found, stale_object,
                                  security_error, validation_error>(e, edit);
            return made ? made : failure;
        } catch (...) { return failure; }
    }
};

std::exception_ptr with_attempt(std::exception_ptr failure, unsigned attempt) {
    if (attempt == 1) return failure;
    return retold::edited(std::move(failure), [&](auto& facts) { facts.info.attempt = attempt; });
}
std::exception_ptr with_duration(std::exception_ptr failure, std::chrono::microseconds duration) {
    return retold::edited(std::move(failure), [&](auto& facts) { facts.info.duration = duration; });
}
std::exception_ptr executed(std::exception_ptr failure) {
    return retold::edited(std::move(failure), [](auto& facts) { facts.info.may_have_executed = true; });
}
std::exception_ptr named(std::exception_ptr failure, std::string_view statement) {
    if (statement.empty()) return failure;
    return retold::edited(std::move(failure), [&](auto& facts) {
        if (facts.info.statement_name.empty()) facts.info.statement_name = statement;
    });
}
std::exception_ptr at_statement(std::exception_ptr failure, std::optional<std::size_t> index) {
    return retold::edited(std::move(failure), [&](auto& facts) { facts.info.statement_index = index; });
}
std::exception_ptr executed_within(std::exception_ptr failure, const std::weak_ptr<const void>& transaction) {
    return retold::edited(std::move(failure), [&](auto& facts) { facts.within = transaction; });
}
std::exception_ptr undone_within(std::exception_ptr failure, const std::weak_ptr<const void>& transaction) {
    return retold::edited(std::move(failure), [&](auto& facts) {
        const auto same = [](const auto& a, const auto& b) {
            return !a.owner_before(b) && !b.owner_before(a);
        };
        const std::weak_ptr<const void> none;
        if (same(facts.within, transaction) && !same(transaction, none)) facts.info.may_have_executed = false;
    });
}
std::optional<errc> kind_of(const std::exception_ptr& failure) noexcept {
    if (!failure) return {};
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) { return e.kind(); } catch (...) {
        return errc::misuse;
    }
}

} // namespace detail

std::string_view user_message(const error& failure) noexcept {
    return detail::shown_text(failure.kind());
}

} // namespace hawser
