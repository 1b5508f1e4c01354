#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/core/parameters.hpp>
#include <limits>
#include <random>
#include <string>
#include <vector>

using hawser::field_type;
using hawser::field_view;
using hawser::parameters;

namespace {

constexpr std::size_t largest = std::numeric_limits<std::int32_t>::max();

// A view that claims a size which nobody allocates.
std::string_view claiming(std::size_t size) {
    static const char byte = 'x';
    return {&byte, size};
}

} // namespace

TEST_CASE("values are kept in their order with their types", "[core][parameters]") {
    parameters p;
    p.null();
    p.boolean(true);
    p.integer(std::numeric_limits<std::int64_t>::min());
    p.real(-0.5);
    p.decimal(-12345, 3);
    p.timestamp(hawser::timestamp(std::chrono::microseconds(-7)));
    p.key_of(4);
    p.text("text");
    p.text("bytes", field_type::bytes);
    p.text("{}", field_type::json);
    REQUIRE(p.size() == 10);
    const auto f = p.slice(0, 10);
    CHECK(f[0].type == field_type::null);
    CHECK(f[1].type == field_type::boolean);
    CHECK(f[1].integer == 1);
    CHECK(f[2].integer == std::numeric_limits<std::int64_t>::min());
    CHECK(f[3].real == -0.5);
    CHECK(f[4].type == field_type::decimal);
    CHECK(f[4].scale == 3);
    CHECK(f[4].integer == -12345);
    CHECK(f[5].type == field_type::instant);
    CHECK(f[5].integer == -7);
    CHECK(f[6].type == field_type::key_of);
    CHECK(f[6].integer == 4);
    CHECK(f[7].text() == "text");
    CHECK(f[8].type == field_type::bytes);
    CHECK(f[9].type == field_type::json);
    CHECK(p.slice(7, 1)[0].text() == "text");
}

TEST_CASE("dates, durations, wide decimals and uuids keep their types", "[core][parameters]") {
    parameters p;
    p.date(std::chrono::sys_days(std::chrono::days(-719468)));
    p.duration(std::chrono::microseconds::max());
    p.wide_decimal(-1, 38);
    p.text("0123456789abcdef", field_type::uuid);
    const auto f = p.slice(0, 4);
    CHECK(f[0].type == field_type::date);
    CHECK(f[0].integer == -719468);
    CHECK(f[1].type == field_type::duration);
    CHECK(f[1].integer == std::numeric_limits<std::int64_t>::max());
    CHECK(f[2].type == field_type::wide_decimal);
    CHECK(f[2].scale == 38);
    CHECK(f[2].bytes().size() == 16);
    CHECK(f[2].text() == "\x7f" + std::string(15, '\xff'));
    CHECK(f[3].type == field_type::uuid);
    CHECK(f[3].text() == "0123456789abcdef");
}

TEST_CASE("folded values are one list, deep and in order", "[core][parameters]") {
    parameters p;
    p.integer(7);
    for (int round = 0; round < 300; ++round) {
        const std::size_t first = p.size();
        std::string text = "odd" + std::string(static_cast<std::size_t>(round), 'x');
        p.text(text);
        p.null();
        p.text("last");
        text = "gone";
        p.fold(first, field_type::text);
        REQUIRE(p.size() == first + 1);
    }
    bool same = p.slice(0, 1)[0].integer == 7;
    for (std::size_t i = 1; i < p.size(); ++i) {
        const field_view list = p.slice(i, 1)[0];
        same = same && list.type == field_type::list && list.element == field_type::text && list.size == 3 &&
               list.list()[0].text() == "odd" + std::string(i - 1, 'x') && list.list()[1].is_null() &&
               list.list()[2].text() == "last";
    }
    CHECK(same);
}

TEST_CASE("a list may be empty, and knows what it would hold", "[core][parameters]") {
    parameters p;
    p.fold(0, field_type::int64);
    REQUIRE(p.size() == 1);
    CHECK(p.slice(0, 1)[0].list().empty());
    CHECK(p.slice(0, 1)[0].element == field_type::int64);
    CHECK_FALSE(p.slice(0, 1)[0].is_null());
}

TEST_CASE("a list in a list is refused", "[core][parameters]") {
    parameters p;
    p.fold(0, field_type::int64);
    CHECK_THROWS_AS(p.fold(0, field_type::list), hawser::error);
}

TEST_CASE("text is copied, and the copy does not follow the original", "[core][parameters]") {
    parameters p;
    std::string original = "before";
    p.text(original);
    original = "after!";
    CHECK(p.slice(0, 1)[0].text() == "before");
    CHECK(p.slice(0, 1)[0].data != original.data());
}

TEST_CASE("in borrowing mode text is pointed to, and text made for the call is copied",
          "[core][parameters]") {
    parameters p(parameters::text_mode::borrow);
    const std::string original = "of the caller";
    const std::string made = "made for the call";
    p.text(original);
    p.text(original, field_type::json);
    p.made_text(made);
    CHECK(p.slice(0, 1)[0].data == original.data());
    CHECK(p.slice(1, 1)[0].data == original.data());
    CHECK(p.slice(2, 1)[0].data != made.data());
    CHECK(p.slice(2, 1)[0].text() == made);
}

TEST_CASE("static text is never copied", "[core][parameters]") {
    static constexpr std::string_view word = "BUY";
    parameters p;
    p.static_text(word);
    CHECK(p.slice(0, 1)[0].data == word.data());
    CHECK(p.bytes() == sizeof(field_view));
}

TEST_CASE("empty text has an address, which an engine does not take for NULL", "[core][parameters]") {
    parameters copying, borrowing(parameters::text_mode::borrow);
    for (parameters* p : {&copying, &borrowing}) {
        p->text({});
        p->made_text({});
        p->static_text({});
        for (const field_view& f : p->slice(0, 3)) {
            CHECK(f.type == field_type::text);
            CHECK(f.data != nullptr);
            CHECK(f.size == 0);
        }
    }
}

TEST_CASE("text keeps zero bytes", "[core][parameters]") {
    parameters p;
    p.text(std::string_view("a\0b\0", 4));
    CHECK(p.slice(0, 1)[0].text() == std::string_view("a\0b\0", 4));
}

TEST_CASE("addresses of copied text stay where they are until clear", "[core][parameters]") {
    std::mt19937_64 engine(20260301);
    parameters p;
    std::vector<std::string> texts;
    std::vector<const char*> addresses;
    for (std::size_t i = 0; i < 5000; ++i) {
        // Small, at the edge of a chunk's half, and larger than a chunk.
        static constexpr std::size_t sizes[] = {1, 30, 1023, 1024, 1025, 2048, 5000};
        texts.emplace_back(sizes[engine() % std::size(sizes)], static_cast<char>('a' + i % 26));
        p.text(texts.back());
        addresses.push_back(p.slice(i, 1)[0].data);
    }
    const auto fields = p.slice(0, p.size());
    bool same = true;
    for (std::size_t i = 0; i < texts.size(); ++i)
        same = same && fields[i].data == addresses[i] && fields[i].text() == texts[i];
    CHECK(same);
}

TEST_CASE("bytes counts fields and copied text, not what is borrowed", "[core][parameters]") {
    parameters p, borrowing(parameters::text_mode::borrow);
    p.integer(1);
    p.text("12345");
    borrowing.text("12345");
    CHECK(p.bytes() == 2 * sizeof(field_view) + 5);
    CHECK(borrowing.bytes() == sizeof(field_view));
    p.clear();
    CHECK(p.bytes() == 0);
}

TEST_CASE("clear forgets the values and keeps a few kilobytes, however many there were",
          "[core][parameters]") {
    parameters p;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 20000; ++i) p.text(std::string(100, 'x'));
        p.text(std::string(1 << 20, 'y'));
        CHECK(p.memory() > (3u << 20));
        p.clear();
        CHECK(p.size() == 0);
        CHECK(p.memory() < 8192);
        p.text("again");
        CHECK(p.slice(0, 1)[0].text() == "again");
    }
}

TEST_CASE("what is used again and again does not grow", "[core][parameters]") {
    parameters p;
    const auto use = [&] {
        for (int i = 0; i < 20; ++i) p.text("a short text");
        p.clear();
        return p.memory();
    };
    const std::size_t first = use();
    for (int i = 0; i < 1000; ++i) (void)use();
    CHECK(use() == first);
    CHECK(first > 0);
}

TEST_CASE("a value of 2 GiB is refused before anything is allocated", "[core][parameters]") {
    parameters p, borrowing(parameters::text_mode::borrow);
    const auto check_refused = [](parameters& list, auto add) {
        try {
            add();
            FAIL("accepted");
        } catch (const hawser::error& e) { CHECK(e.kind() == hawser::errc::out_of_range); }
        CHECK(list.size() == 0);
        CHECK(list.memory() == 0);
    };
    for (const std::size_t size : {largest + 1, largest * 2, std::size_t{1} << 40}) {
        check_refused(p, [&] { p.text(claiming(size)); });
        check_refused(p, [&] { p.made_text(claiming(size)); });
        check_refused(p, [&] { p.static_text(claiming(size)); });
        check_refused(borrowing, [&] { borrowing.text(claiming(size)); });
    }
}

TEST_CASE("a value of one byte less than 2 GiB is taken", "[core][parameters]") {
    parameters p(parameters::text_mode::borrow);
    p.text(claiming(largest));
    CHECK(p.slice(0, 1)[0].size == largest);
}
