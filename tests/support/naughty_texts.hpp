#pragma once
// Texts that have broken programs: each is different from all others.
#include <string>
#include <vector>

namespace support {

// Valid UTF-8 without zero bytes.
inline std::vector<std::string> naughty_texts() {
    std::vector<std::string> all{
        "", " ", "\t", "\n", "\r\n", "  \t \n ",
        "\xc2\xa0",     // no-break space
        "\xe3\x80\x80", // ideographic space
        "\xe2\x80\x8b", // zero-width space
        "\xef\xbb\xbf", // byte order mark alone
        "\xef\xbb\xbf"
        "a", // and before a letter
        "a ", " a", "a", "A", "null", "NULL", "None", "nan", "true", "0", "-0", "00", "1e999", "0x10",
        "9223372036854775808", "1.0", "1", "'", "''", "\"", "`", "\\", "\\\\", "\\'", "\\0", "\\n", "%", "%%",
        "_", "__", "100%", "a_b", "[a-z]", "*", "?", "?1", "$1", ":name", "@name", "{}", "[]", "[1, \"two\"]",
        "{\"a\": null}", "';", "'); drop table positions; --", "' or '1'='1", "1; begin immediate",
        "-- a comment", "/* open", "*/", "x'00'", "select 1", "\x01", "\x07\x08\x0b\x0c\x1b\x1f",
        "\x1b[31mred\x1b[0m", "\x7f",
        "\xc2\x80",     // first control character beyond ASCII
        "\xc2\xad",     // soft hyphen
        "caf\xc3\xa9",  // composed
        "cafe\xcc\x81", // combining
        "\xcc\x81",     // a mark on nothing
        "Z\xcc\x81\xcc\xa7\xcc\xb5\xcc\x88\xcd\x9c",
        "\xc3\x9f",     // sharp s, which folds to two letters
        "\xc4\xb0",     // dotted capital i
        "\xc4\xb1",     // dotless i
        "\xef\xac\x81", // ligature fi
        "\xef\xbc\xa1", // full-width A
        "\xd0\x90",     // Cyrillic, looks like A
        "\xce\xa3\xcf\x83\xcf\x82",
        "\xe2\x80\xae"
        "abc\xe2\x80\xac", // right to left, and back
        "\xe2\x81\xa6"
        "abc\xe2\x81\xa9", // isolated
        "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7 1",
        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xed\x95\x9c\xea\xb8\x80", "\xf0\x9f\x98\x80",
        "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",                                         // with a tone
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", // a family: one sign
        "\xf0\x9f\x87\xba\xf0\x9f\x87\xb3",                                         // a flag
        "\xe2\x9d\xa4\xef\xb8\x8f",
        "\xef\xbf\xbd",     // replacement character
        "\xef\xbf\xbf",     // last of the first plane, no character
        "\xf4\x8f\xbf\xbf", // the last of all
        "../../etc/passwd", "file:x?mode=memory", "a,b;c|d\te", "%s%n%d", "${HOME}",
        "<script>alert(1)</script>", "&amp;",
        // numbers, or nearly
        "Infinity", "-Infinity", "+1", "--1", "1,000.00", "1.000,00", ".5", "5.", "1_000", "0b1010", "1e-324",
        "0.30000000000000004", "123456789012345678901234567890",
        "\xd9\xa1\xd9\xa2\xd9\xa3", // Arabic digits
        "\xef\xbc\x91\xef\xbc\x92", // full-width digits
        "\xc2\xbd",                 // one half
        "\xe2\x85\xa7",             // Roman eight
        // words of other languages
        "undefined", "nil", "(null)", "TRUE", "false", "current_timestamp", "rowid", "default",
        // templates, formulas, shells, paths
        "{0}", "{{7*7}}", "#{1}", "<%= 1 %>", "=1+1", "@sum(a1)", "$(id)", "`id`", "a; ls", "a | cat",
        "> file", "C:\\con", "/dev/null", "%2e%2e%2f", "%00", "javascript:alert(1)", "(a+)+$",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>", "]]>", "a\r\nSet-Cookie: b=c",
        // JSON within JSON
        "\\u0000", "\"\\ud800\"", "\"}]", "// a comment",
        // SQL of several engines
        "\"; drop table positions; --", "x' union select null --", "$$", "$tag$", "e'\\\\'", "\\.",
        "u&'\\0041'", "{fn now()}", "[positions]", "''''", "a''b", "?1 || $1",
        // separators and invisible signs
        "\xc2\x85",         // next line
        "\xe1\x9a\x80",     // Ogham space
        "\xe1\xa0\x8e",     // Mongolian vowel separator
        "\xe2\x80\xa8",     // line separator
        "\xe2\x80\xa9",     // paragraph separator
        "\xe2\x80\x8d",     // joiner alone
        "\xe2\x81\xa0",     // word joiner
        "\xef\xbf\xb9",     // annotation
        "\xf3\xa0\x80\xa1", // a tag
        "\x1c\x1d\x1e\x1f",
        // signs of many forms
        "\xef\xb7\xba",                         // a sentence in one sign
        "\xc7\x85",                             // title case of two letters
        "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", // Hangul in parts
        "\xef\xbd\xb1",                         // half-width
        "\xf0\x9d\x94\xb8",                     // mathematical A
        "\xc3\x85",                             // A with ring
        "\xe2\x84\xab",                         // the unit of the same form
        "1\xef\xb8\x8f\xe2\x83\xa3",            // key cap
        "\xee\x80\x80",                         // for private use
        "\xef\xb7\x90",                         // no character
        "\xf0\x9f\xbf\xbf",                     // the last of its plane
        "\xe2\x80\x9cquoted\xe2\x80\x9d", "\xe2\x80\x98x\xe2\x80\x99",
        "\xca\xbcx\xca\xbc", // no quotes
    };
    all.emplace_back(1000, ' ');
    all.emplace_back(100'000, 'x');
    std::string euros;
    for (int i = 0; i < 5000; ++i) euros += "\xe2\x82\xac";
    all.push_back(std::move(euros));
    std::string marks = "a";
    for (int i = 0; i < 500; ++i) marks += "\xcc\x81";
    all.push_back(std::move(marks));
    all.emplace_back(300, '(');
    all.emplace_back(300, '%');
    all.emplace_back(300, '\'');
    return all;
}

// Not UTF-8.
inline std::vector<std::string> broken_texts() {
    return {
        "\x80", // goes on without a beginning
        "a\xbf"
        "b",
        "\xc3", // ends too early
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc0\xaf",         // too long a form of a slash
        "\xed\xa0\x80",     // half of a surrogate pair
        "\xf5\x80\x80\x80", // beyond the last
        "\xfe",
        "\xff",
        "\xff\xfe"
        "a",
        "caf\xe9",                  // Latin-1
        "\xc0\x80",                 // too long a form of a zero byte
        "\xed\xa0\xbd\xed\xb8\x80", // a pair of surrogates
        "\xf8\x88\x80\x80\x80",     // five bytes
        "\xef\xbb",                 // two thirds of a byte order mark
        "\xe2\x82\xac\xe2\x82",     // cut behind a whole sign
    };
}

// With zero bytes.
inline std::vector<std::string> texts_with_zeros() {
    using namespace std::string_literals;
    return {"\0"s, "\0\0"s, "a\0b\0"s, "1\0"s, "a\0b"s, "a\0"s, "\0a"s, "a\0\0b"s, "\xf0\x9f\x98\x80\0"s};
}

} // namespace support
