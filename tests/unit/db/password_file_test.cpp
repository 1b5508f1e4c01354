#include "db/password_file.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <filesystem>
#include <fstream>

using hawser::detail::login;
using hawser::detail::password_from_file;
using hawser::detail::password_in;

namespace {

const login desk{"db1", "5432", "trading", "trader"};

std::string found(std::string_view text, const login& who = desk) {
    std::size_t line = 0;
    return password_in(text, who, line).reveal();
}
std::size_t line_of(std::string_view text) {
    std::size_t line = 0;
    (void)password_in(text, desk, line);
    return line;
}

std::string file_with(const support::temporary_folder& folder, const std::string& text,
                      unsigned mode = 0600) {
    const std::string path = folder.file("pgpass");
    std::ofstream(path, std::ios::binary) << text;
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
    return path;
}

} // namespace

TEST_CASE("the first line that fits has the password", "[db][postgres]") {
    CHECK(found("db1:5432:trading:trader:one") == "one");
    CHECK(found("db2:5432:trading:trader:no\ndb1:5433:trading:trader:no\ndb1:5432:other:trader:no\n"
                "db1:5432:trading:other:no\ndb1:5432:trading:trader:one\ndb1:5432:trading:trader:two\n") ==
          "one");
    CHECK(line_of("\n# db1:5432:trading:trader:no\ndb1:5432:trading:trader:one") == 3);
    CHECK(found("db2:*:*:*:no").empty());
    CHECK(found("").empty());
}

TEST_CASE("a star fits everything, and only alone", "[db][postgres]") {
    CHECK(found("*:*:*:*:any") == "any");
    CHECK(found("*:5432:*:trader:any") == "any");
    CHECK(found("db*:5432:trading:trader:no").empty());
    CHECK(found("\\*:5432:trading:trader:no").empty());
    CHECK(found("\\*:*:*:*:star", {"*", "1", "d", "u"}) == "star");
}

TEST_CASE("colons and backslashes are written with a backslash before them", "[db][postgres]") {
    CHECK(found("fe80\\:\\:1:*:*:*:six", {"fe80::1", "5432", "d", "u"}) == "six");
    CHECK(found("*:*:*:a\\\\b:x", {"h", "1", "d", "a\\b"}) == "x");
    CHECK(found("*:*:*:*:p\\:a\\\\s\\s") == "p:a\\ss");
    CHECK(found("*:*:*:*:ends here:not this") == "ends here");
    CHECK(found("*:*:*:*: blanks stay ") == " blanks stay ");
    CHECK(found("*:*:*:*:#no comment") == "#no comment");
    CHECK(found("*:*:*:*:back\\") == "back\\");
}

TEST_CASE("lines that are too short, and other ends of lines, are no harm", "[db][postgres]") {
    CHECK(found("db1\ndb1:5432\ndb1:5432:trading\ndb1:5432:trading:trader\n*:*:*:*:one") == "one");
    CHECK(found("*:*:*:*:one\r\n") == "one");
    CHECK(found("*:*:*:*:\n*:*:*:*:two").empty()); // the first that fits has none
}

TEST_CASE("a password says where it was found", "[db][postgres]") {
    const support::temporary_folder folder;
    const std::string path = file_with(folder, "# mine\ndb1:5432:trading:trader:s3cret\n");
    const auto one = password_from_file(path, desk);
    CHECK(one.password.reveal() == "s3cret");
    CHECK(one.from == path + ":2");
    const auto none = password_from_file(path, {"db2", "5432", "trading", "trader"});
    CHECK(none.password.empty());
    CHECK(none.from == "no line of " + path + " fits");
}

TEST_CASE("the usual unix socket is called localhost in the file, another one by its folder",
          "[db][postgres]") {
    const support::temporary_folder folder;
    const std::string path = file_with(folder, "localhost:*:*:*:usual\n/srv/pg:*:*:*:own\n");
    for (const char* usual : {"/var/run/postgresql", "/tmp", "localhost"})
        CHECK(password_from_file(path, {usual, "5432", "d", "u"}).password.reveal() == "usual");
    CHECK(password_from_file(path, {"/srv/pg", "5432", "d", "u"}).password.reveal() == "own");
    CHECK(password_from_file(path, {"/srv/other", "5432", "d", "u"}).password.empty());
}

TEST_CASE("a file that others may use is passed over, and said so", "[db][postgres]") {
    const support::temporary_folder folder;
    const unsigned mode = GENERATE(0640u, 0604u, 0620u, 0610u, 0666u, 0601u);
    const std::string path = file_with(folder, "*:*:*:*:s3cret", mode);
    const auto passed_over = password_from_file(path, desk);
    CHECK(passed_over.password.empty());
    CHECK(passed_over.from == path + " is passed over: group or others may use it (chmod 600 mends it)");
}

TEST_CASE("a file that its owner alone may use is read", "[db][postgres]") {
    const support::temporary_folder folder;
    const unsigned mode = GENERATE(0600u, 0700u);
    CHECK(password_from_file(file_with(folder, "*:*:*:*:s3cret", mode), desk).password.reveal() == "s3cret");
}

TEST_CASE("what is no plain file, or not there, has no password", "[db][postgres]") {
    const support::temporary_folder folder;
    CHECK(password_from_file(folder.path(), desk).from == std::string(folder.path()) + " is no plain file");
    CHECK(password_from_file(folder.file("none"), desk).from == "there is no " + folder.file("none"));
}
