#pragma once
// Values as parts of a text, which are put in quotes where they could be mistaken for its punctuation.
#include <cstddef>
#include <string>
#include <string_view>

namespace hawser::pgwire {

enum class escape {
    backslash, // before each quote and backslash within quotes: arrays
    doubled    // quotes and backslashes stand twice: ranges and composites
};

// Puts what stands in `out` from `from` on into quotes, if it is empty, or has white space, a quote, a backslash or one of
// `punctuation` in it, or is `forced` to. False, and nothing is changed, where `out` would become longer than `most`.
[[nodiscard]] bool quote(std::string& out, std::size_t from, std::string_view punctuation, escape how,
                         std::size_t most, bool forced = false);

// Takes a bound or a field off the front: up to a character of `ends` outside quotes, which stays. False where the text
// ends before. Quotes may begin and end anywhere in it; a backslash makes the next character an ordinary one.
[[nodiscard]] bool take_part(std::string_view& text, std::string_view ends, std::string& part);

} // namespace hawser::pgwire
