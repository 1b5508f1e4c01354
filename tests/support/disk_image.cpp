#include "support/disk_image.hpp"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

namespace support {
namespace {

constexpr std::uint64_t sector = 512;
constexpr auto files_none = static_cast<std::size_t>(-1);

void put(disk_image::bytes& into, std::uint64_t at, std::span<const char> data) {
    if (into.size() < at + data.size()) into.resize(at + data.size());
    std::copy(data.begin(), data.end(), into.begin() + static_cast<std::ptrdiff_t>(at));
}

} // namespace

void disk_image::found(const std::string& name, bytes content) {
    files_.push_back({std::move(content), {}});
    now_[name] = certain_[name] = files_.size() - 1;
}

void disk_image::create(const std::string& name) {
    files_.emplace_back();
    now_[name] = files_.size() - 1;
}

void disk_image::write(const std::string& name, std::uint64_t at_byte, std::span<const char> data) {
    at(name).changes.push_back({number_++, false, at_byte, {data.begin(), data.end()}});
}

void disk_image::truncate(const std::string& name, std::uint64_t size) {
    at(name).changes.push_back({number_++, true, size, {}});
}

void disk_image::sync(const std::string& name) {
    file& f = at(name);
    apply(f.changes, [](std::uint64_t) { return true; }, f.synced);
    f.changes.clear();
}

void disk_image::remove(const std::string& name) {
    now_.erase(name);
}

void disk_image::sync_folder() {
    certain_ = now_;
    std::set<std::size_t> named;
    for (const auto& [name, number] : now_) named.insert(number);
    for (std::size_t i = 0; i < files_.size(); ++i)
        if (named.count(i) == 0) files_[i] = {};
}

void disk_image::apply(const std::vector<change>& changes, const chooser& keeps, bytes& out) {
    for (const change& c : changes) {
        if (c.truncates) {
            if (keeps(c.number)) out.resize(c.at);
            continue;
        }
        for (std::uint64_t from = 0; from < c.data.size();) {
            const std::uint64_t end =
                std::min<std::uint64_t>(c.data.size(), ((c.at + from) / sector + 1) * sector - c.at);
            if (keeps(c.number)) put(out, c.at + from, std::span(c.data).subspan(from, end - from));
            from = end;
        }
    }
}

std::map<std::string, disk_image::bytes> disk_image::after_cut(survives what, std::mt19937_64& chance) const {
    std::uint64_t oldest = number_;
    for (const file& f : files_)
        if (!f.changes.empty()) oldest = std::min(oldest, f.changes.front().number);
    const std::uint64_t last = std::uniform_int_distribution<std::uint64_t>(oldest, number_)(chance);
    std::bernoulli_distribution even(0.5);
    std::bernoulli_distribution likely(std::uniform_real_distribution<>(0, 1)(chance));
    const chooser keeps = [&](std::uint64_t number) {
        switch (what) {
        case survives::nothing: return false;
        case survives::everything: return true;
        case survives::first: return number < last || (number == last && even(chance));
        case survives::sectors: return likely(chance);
        }
        throw std::logic_error("no such choice");
    };
    const auto find = [](const auto& map, const std::string& name) {
        const auto at = map.find(name);
        return at == map.end() ? files_none : at->second;
    };
    std::set<std::string> names;
    for (const auto* map : {&now_, &certain_})
        for (const auto& [name, number] : *map) names.insert(name);
    std::map<std::string, bytes> left;
    for (const std::string& name : names) {
        std::size_t chosen = find(now_, name);
        if (const std::size_t certain = find(certain_, name); chosen != certain)
            if (what == survives::nothing || (what != survives::everything && even(chance))) chosen = certain;
        if (chosen == files_none) continue;
        left[name] = files_[chosen].synced;
        apply(files_[chosen].changes, keeps, left[name]);
    }
    return left;
}

void write_files(const std::map<std::string, disk_image::bytes>& files, const std::string& folder) {
    for (const auto& [name, content] : files) {
        std::ofstream out(std::filesystem::path(folder) / std::filesystem::path(name).filename(),
                          std::ios::binary | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) throw std::runtime_error("cannot write the files of a cut");
    }
}

} // namespace support
