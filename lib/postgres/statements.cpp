#include "postgres/statements.hpp"
#include <algorithm>
#include <functional>
#include <utility>

namespace hawser::postgres {
namespace {

// Of texts that are not a mapping's own: the same one may be bound with values of other types elsewhere.
std::uint64_t types_of(std::span<const field_view> values) noexcept {
    std::uint64_t signature = 0;
    for (const field_view& v : values) {
        const auto own = static_cast<std::uint64_t>(v.type);
        const auto element = static_cast<std::uint64_t>(v.element);
        signature = (signature ^ (own + 16 * element + 1)) * 0x100000001b3U;
    }
    return signature;
}

} // namespace

std::size_t statements::hash::operator()(const key& k) const noexcept {
    const std::size_t where =
        k.place != nullptr ? std::hash<const void*>()(k.place) : std::hash<std::string_view>()(k.text);
    return where * 31 + static_cast<std::size_t>(k.types) * 2 + static_cast<std::size_t>(k.how);
}

std::string statements::take_gone() {
    std::string name = std::move(gone_.back());
    gone_.pop_back();
    return name;
}

prepared& statements::find(const statement& what, std::span<const field_view> values, wording how) {
    const bool own = what.table() != nullptr;
    key wanted{what.lasting() ? &what : nullptr, own ? 0 : types_of(values), {}, how};
    if (!what.lasting()) wanted.text = what.text(dialect::postgres);
    const auto found = by_key_.find(wanted);
    if (found != by_key_.end()) {
        found->second->form.last_use = ++uses_;
        return found->second->form;
    }
    if (by_key_.size() >= capacity_)
        if (entry* old = oldest()) {
            if (old->form.at == prepared::state::ready) gone_.push_back(old->form.name);
            drop(*old);
        }
    entry& e = entries_.emplace_front();
    e.form.name = "s" + std::to_string(++named_);
    e.form.last_use = ++uses_;
    e.form.signature = hash()(wanted);
    if (!what.lasting()) {
        e.text = wanted.text;
        wanted.text = e.text;
    }
    e.under = wanted;
    by_key_.emplace(wanted, entries_.begin());
    return e.form;
}

void statements::release(prepared& p) noexcept {
    if (--p.in_flight > 0 || !p.forgotten) return;
    entries_.remove_if([&](const entry& e) { return &e.form == &p; });
}

void statements::drop(entry& e) noexcept {
    const auto at = by_key_.find(e.under);
    const auto place = at->second;
    by_key_.erase(at);
    if (e.form.in_flight == 0)
        entries_.erase(place);
    else
        e.form.forgotten = true;
}

void statements::forget(prepared& p, bool on_server) noexcept {
    if (p.forgotten) return;
    const auto at =
        std::find_if(entries_.begin(), entries_.end(), [&](const entry& e) { return &e.form == &p; });
    if (at == entries_.end()) return;
    if (on_server) gone_.push_back(p.name);
    drop(*at);
}

void statements::forget_all(bool perhaps) noexcept {
    if (!perhaps) gone_.clear();
    for (auto at = entries_.begin(); at != entries_.end();) {
        entry& e = *at++;
        if (e.form.forgotten) continue;
        if (perhaps && e.form.at != prepared::state::unknown) gone_.push_back(e.form.name);
        drop(e);
    }
}

void statements::forget_own_types() noexcept {
    const auto has_own = [](const prepared& p) {
        return p.own_types || std::any_of(p.columns.begin(), p.columns.end(), [](const result_column& c) {
                   return pgwire::built_in(c.type) == nullptr;
               });
    };
    for (auto at = entries_.begin(); at != entries_.end();) {
        entry& e = *at++;
        if (e.form.forgotten || e.form.at == prepared::state::unknown || !has_own(e.form)) continue;
        gone_.push_back(e.form.name);
        drop(e);
    }
}

statements::entry* statements::oldest() noexcept {
    entry* oldest = nullptr;
    for (entry& e : entries_) {
        if (e.form.forgotten || e.form.in_flight > 0) continue;
        if (oldest == nullptr || e.form.last_use < oldest->form.last_use) oldest = &e;
    }
    return oldest;
}

} // namespace hawser::postgres
