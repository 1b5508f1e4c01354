#include "csv_reader.hpp"
#include "files.hpp"
#include "input_error.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <array>

namespace {

constexpr std::array<std::string_view, 3> columns{"a", "b", "c"};

using record = std::vector<std::string>;

std::vector<record> read_file(const std::string& path) {
    day::csv_reader csv(path, columns);
    std::vector<record> all;
    while (csv.next()) all.push_back({std::string(csv[0]), std::string(csv[1]), std::string(csv[2])});
    return all;
}

class scratch {
public:
    std::string file(const std::string& bytes) {
        const std::string path = folder_.file("t.csv");
        write_file(path, bytes);
        return path;
    }
    std::vector<record> read(const std::string& bytes) { return read_file(file(bytes)); }
    // What is wrong with a file, behind its path.
    std::string trouble(const std::string& bytes) {
        const std::string path = file(bytes);
        return trouble_of([&] { return read_file(path); }).substr(path.size());
    }

private:
    support::temporary_folder folder_;
};

} // namespace

TEST_CASE("records are read with their fields") {
    scratch s;
    CHECK(s.read("a,b,c\n1,2,3\nx,,z\n") == std::vector<record>{{"1", "2", "3"}, {"x", "", "z"}});
    CHECK(s.read("a,b,c\n").empty());
    CHECK(s.read("a,b,c").empty());
}

TEST_CASE("the last line needs no line feed") {
    scratch s;
    CHECK(s.read("a,b,c\n1,2,3") == std::vector<record>{{"1", "2", "3"}});
    CHECK(s.read("a,b,c\n1,2,") == std::vector<record>{{"1", "2", ""}});
}

TEST_CASE("lines may end with CRLF") {
    scratch s;
    CHECK(s.read("a,b,c\r\n1,2,3\r\n4,5,6\r\n") == std::vector<record>{{"1", "2", "3"}, {"4", "5", "6"}});
}

TEST_CASE("fields may be quoted and hold commas, quotes and line feeds") {
    scratch s;
    CHECK(s.read("\"a\",b,c\n\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\"\n\"\",1,2\n") ==
          std::vector<record>{{"x,y", "say \"hi\"", "two\nlines"}, {"", "1", "2"}});
}

TEST_CASE("lines are counted through quoted line feeds") {
    scratch s;
    CHECK(s.trouble("a,b,c\n\"1\n2\n3\",b,c\n1,2\n") ==
          ", line 5, column 3 (c): the line has 2 columns instead of 3");
}

TEST_CASE("a line with another number of columns is named") {
    scratch s;
    CHECK(s.trouble("a,b,c\n1,2,3\n1,2\n") == ", line 3, column 3 (c): the line has 2 columns instead of 3");
    CHECK(s.trouble("a,b,c\n1,2,3,4\n") == ", line 2, column 4: the line has 4 columns instead of 3");
    CHECK(s.trouble("a,b,c\n1,2,3\n\n4,5,6\n") ==
          ", line 3, column 2 (b): the line has 1 columns instead of 3");
}

TEST_CASE("a file without its header is refused") {
    scratch s;
    CHECK(s.trouble("") == ", line 1: the file is empty; its first line must be a,b,c");
    CHECK(s.trouble("1,2,3\n") == ", line 1: the first line must be a,b,c");
    CHECK(s.trouble("a,b\n") == ", line 1: the first line must be a,b,c");
    CHECK(s.trouble("a,c,b\n") == ", line 1: the first line must be a,b,c");
    CHECK(s.trouble("\n") == ", line 1: the first line must be a,b,c");
}

TEST_CASE("quotes in the wrong place are named") {
    scratch s;
    CHECK(s.trouble("a,b,c\n1,2\"2,3\n") ==
          ", line 2, column 2 (b): a quote inside a field that is not quoted");
    CHECK(s.trouble("a,b,c\n1,\"2\"2,3\n") == ", line 2, column 2 (b): text behind the closing quote");
    CHECK(s.trouble("a,b,c\n1,2,\"3\n4,5,6\n") == ", line 2, column 3 (c): the quote is not closed");
}

TEST_CASE("bytes that are no text are named") {
    scratch s;
    CHECK(s.trouble("a,b,c\n1,\xff,3\n") == ", line 2, column 2 (b): not UTF-8");
    CHECK(s.trouble(std::string("a,b,c\n1,2,") + '\0' + "\n") == ", line 2, column 3 (c): a zero byte");
    CHECK(s.trouble("a,b,c\n1\r2,2,3\n") == ", line 2, column 1 (a): a carriage return that ends no line");
    CHECK(s.read("a,b,c\n“x”,é,𝄞\n") == std::vector<record>{{"“x”", "é", "𝄞"}});
}

TEST_CASE("a record is bounded") {
    scratch s;
    const std::string longest(day::csv_reader::longest_record - 2, 'x');
    CHECK(s.read("a,b,c\n" + longest + ",2,3\n").size() == 1);
    CHECK(s.trouble("a,b,c\n" + longest + ",22,3\n") ==
          ", line 2, column 3 (c): the line is longer than 65536 bytes");
    CHECK_THAT(s.trouble("a,b,c\n" + std::string(100'000, ',')), support::contains_text(", line 2: "));
}

TEST_CASE("files longer than a block are read whole") {
    scratch s;
    std::string bytes = "a,b,c\n";
    for (int i = 0; i < 50'000; ++i) bytes += std::to_string(i) + ",\"q,q\",z\r\n";
    const auto all = s.read(bytes);
    REQUIRE(all.size() == 50'000);
    CHECK(all.back() == record{"49999", "q,q", "z"});
}

TEST_CASE("gzip is known by its first bytes, whatever the name") {
    scratch s;
    CHECK(s.read(packed("a,b,c\n1,2,3\n")) == std::vector<record>{{"1", "2", "3"}});
    // Two members, as `cat a.gz b.gz` makes them.
    CHECK(s.read(packed("a,b,c\n1,2,3\n") + packed("4,5,6\n")).size() == 2);
    CHECK(s.trouble(packed("")) == ", line 1: the file is empty; its first line must be a,b,c");
}

TEST_CASE("gzip data that is cut short or damaged is refused") {
    scratch s;
    std::string bytes = "a,b,c\n";
    for (int i = 0; i < 20'000; ++i) bytes += std::to_string(i * 7919 % 10007) + ",2,3\n";
    const std::string whole = packed(bytes);
    const auto damaged = support::contains_text("the gzip data is damaged or cut short");
    for (const std::size_t cut :
         {std::size_t{1}, std::size_t{4}, std::size_t{8}, whole.size() / 2, whole.size() - 11})
        CHECK_THAT(s.trouble(whole.substr(0, whole.size() - cut)), damaged);
    std::string flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 0x55);
    CHECK_FALSE(s.trouble(flipped).empty()); // what breaks first depends on the bit
    std::string wrong_sum = whole;
    wrong_sum[whole.size() - 8] = static_cast<char>(wrong_sum[whole.size() - 8] ^ 1);
    CHECK_THAT(s.trouble(wrong_sum), damaged);
}

TEST_CASE("what is no regular file is refused") {
    const support::temporary_folder folder;
    CHECK(trouble_of([&] { return read_file(folder.file("none.csv")); }) ==
          folder.file("none.csv") + ": no such file");
    CHECK(trouble_of([&] { return read_file(folder.path().string()); }) ==
          folder.path().string() + ": not a regular file");
}
