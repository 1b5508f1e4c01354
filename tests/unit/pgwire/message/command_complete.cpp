#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <pgwire/message/command_complete.hpp>
#include <optional>
#include <string>

using namespace hawser::pgwire;
using support::wire;

TEST_CASE("CommandComplete tells the command and the rows of its tag", "[pgwire][message]") {
    using rows = std::optional<std::uint64_t>;
    const auto [tag, what, n] = GENERATE(table<const char*, command, rows>({
        {"INSERT 0 5", command::insert, 5},
        {"UPDATE 3", command::update, 3},
        {"DELETE 0", command::delete_, 0},
        {"SELECT 7", command::select, 7},
        {"MERGE 2", command::merge, 2},
        {"COPY 18446744073709551615", command::copy, 18446744073709551615u},
        {"FETCH 100", command::fetch, 100},
        {"MOVE 1", command::move, 1},
        {"BEGIN", command::begin, {}},
        {"START TRANSACTION", command::begin, {}},
        {"COMMIT", command::commit, {}},
        {"ROLLBACK", command::rollback, {}},
        {"PREPARE TRANSACTION", command::prepare_transaction, {}},
        {"SAVEPOINT", command::savepoint, {}},
        {"RELEASE", command::release, {}},
        {"DISCARD ALL", command::discard_all, {}},
        {"DISCARD TEMP", command::other, {}},
        {"DEALLOCATE", command::deallocate, {}},
        {"DEALLOCATE ALL", command::deallocate_all, {}},
        {"DECLARE CURSOR", command::declare_cursor, {}},
        {"CLOSE CURSOR", command::close_cursor, {}},
        {"SET", command::set, {}},
        {"RESET", command::reset, {}},
        {"LISTEN", command::listen, {}},
        {"UNLISTEN", command::unlisten, {}},
        {"CREATE TABLE", command::other, {}},
        {"COPY", command::copy, {}},
        {"", command::other, {}},
        {"SELECT ", command::other, {}},
        {"SELECT -1", command::other, {}},
        {"SELECT 1x", command::select, {}},
        {"SELECT 18446744073709551616", command::select, {}},
        {"SELECT1", command::other, {}},
        {"1", command::other, {}},
    }));
    CAPTURE(tag);
    const std::string body = tag + std::string(1, '\0');
    command_complete message;
    REQUIRE(read(body, message));
    CHECK(message.tag == tag);
    CHECK(message.what() == what);
    CHECK(message.rows() == n);
}

TEST_CASE("CommandComplete is one text", "[pgwire][message]") {
    CHECK(static_cast<char>(command_complete::type) == 'C');
    CHECK(support::other_lengths<command_complete>(wire("INSERT 0 5[00]")).empty());
}

TEST_CASE("what counts no rows has none, whatever its tag says", "[pgwire][message]") {
    command_complete message;
    for (const char* const tag : {"BEGIN 0 5", "COMMIT 5", "SET 7", "DISCARD ALL 1"}) {
        CAPTURE(tag);
        message.tag = tag;
        CHECK(message.what() != command::other);
        CHECK(!message.rows());
    }
    message.tag = "REFRESH MATERIALIZED VIEW 5"; // of no command that is known here
    CHECK(message.rows() == 5);
}
