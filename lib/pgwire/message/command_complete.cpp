#include "pgwire/message/command_complete.hpp"
#include "pgwire/input.hpp"
#include <charconv>
#include <system_error>

namespace hawser::pgwire {
namespace {

// "INSERT 0 5" -> "INSERT", "CREATE TABLE" -> "CREATE TABLE"
std::string_view words_of(std::string_view tag) noexcept {
    for (;;) {
        const std::size_t space = tag.rfind(' ');
        if (space == std::string_view::npos || space == 0 || space + 1 == tag.size()) return tag;
        if (tag[space + 1] < '0' || tag[space + 1] > '9') return tag;
        tag = tag.substr(0, space);
    }
}

struct known {
    std::string_view words;
    command what;
};

constexpr known commands[] = {
    {"SELECT", command::select},
    {"INSERT", command::insert},
    {"UPDATE", command::update},
    {"DELETE", command::delete_},
    {"BEGIN", command::begin},
    {"COMMIT", command::commit},
    {"ROLLBACK", command::rollback},
    {"MERGE", command::merge},
    {"COPY", command::copy},
    {"FETCH", command::fetch},
    {"MOVE", command::move},
    {"SET", command::set},
    {"RESET", command::reset},
    {"SAVEPOINT", command::savepoint},
    {"RELEASE", command::release},
    {"START TRANSACTION", command::begin},
    {"PREPARE TRANSACTION", command::prepare_transaction},
    {"DECLARE CURSOR", command::declare_cursor},
    {"CLOSE CURSOR", command::close_cursor},
    {"DEALLOCATE", command::deallocate},
    {"DEALLOCATE ALL", command::deallocate_all},
    {"DISCARD ALL", command::discard_all},
    {"LISTEN", command::listen},
    {"UNLISTEN", command::unlisten},
};

bool counts_rows(command c) noexcept {
    switch (c) {
    case command::select:
    case command::insert:
    case command::update:
    case command::delete_:
    case command::merge:
    case command::copy:
    case command::fetch:
    case command::move:
    case command::other: return true;
    default: return false;
    }
}

} // namespace

command command_complete::what() const noexcept {
    const std::string_view words = words_of(tag);
    for (const known& k : commands)
        if (k.words == words) return k.what;
    return command::other;
}

std::optional<std::uint64_t> command_complete::rows() const noexcept {
    const std::size_t space = tag.rfind(' ');
    if (space == std::string_view::npos) return {};
    std::uint64_t n = 0;
    const char* const end = tag.data() + tag.size();
    const auto [stopped, failed] = std::from_chars(tag.data() + space + 1, end, n);
    if (failed != std::errc{} || stopped != end || !counts_rows(what())) return {};
    return n;
}

bool read(std::string_view body, command_complete& to) noexcept {
    input in(body);
    to.tag = in.text();
    return in.finished();
}

} // namespace hawser::pgwire
