// How long an answer may be.
#include "fixture.hpp"
#include "support/jobs.hpp"
#include "support/postgres_bytes.hpp"
#include "postgres/pipeline.hpp"
#include <string>
#include <vector>

using namespace market;
using hawser::errc;
using support::question;
namespace pg = support::pg;

namespace {

std::string one_row(std::string_view value) {
    return pg::parse_complete() + pg::parameter_description({}) + pg::row_description({{"v"}}) +
           pg::bind_complete() + pg::data_row({std::string(value)});
}
} // namespace

TEST_CASE("an answer that is longer than result_bytes fails, and no others do", "[postgres][limits]") {
    NEED_POSTGRES();
    hawser::open_options options{.pool = {.shared_connections = 1}};
    options.postgres.result_bytes = 100'000;
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            const std::string fits = "select repeat('x', 1000) from generate_series(1, 90)";
            const std::string longer = "select repeat('x', 1000) from generate_series(1, 110)";
            const auto rows = co_await db.query<std::string>(hawser::sql(fits));
            CHECK(rows.size() == 90);
            const auto e = co_await error_of(db.query<std::string>(hawser::sql(longer)));
            CHECK(e.kind() == errc::out_of_range);
            CHECK(e.message().find("result_bytes") != std::string::npos);
            const auto again = co_await db.query<std::string>(hawser::sql(fits));
            CHECK(again.size() == 90);
            // In parts all of it can be had.
            std::vector<position> many;
            for (int i = 0; i < 200; ++i) {
                many.push_back(make_position(std::to_string(i)));
                many.back().note = std::string(1000, 'x');
            }
            hawser::repository<position> positions{db};
            co_await positions.copy_in(many);
            const auto whole = co_await error_of(positions.order_by(hawser::asc<&position::id>).all());
            CHECK(whole.kind() == errc::out_of_range);
            CHECK(whole.info().statement_name == "positions.select");
            auto stream = positions.order_by(hawser::asc<&position::id>).stream(20);
            std::size_t seen = 0;
            for (auto b = co_await stream.next_batch(); !b.empty() && seen < 60;
                 b = co_await stream.next_batch())
                seen += b.size();
            CHECK(seen == 60);
        },
        options);
}

TEST_CASE("a write whose rows are longer than result_bytes may have been done", "[postgres][limits]") {
    hawser::postgres::known_types known;
    hawser::postgres::pipeline p(known, 256, 100);
    hawser::pgwire::frames in;
    const auto tell = [&](const std::string& bytes) {
        const auto room = in.room();
        std::copy(bytes.begin(), bytes.end(), room.data());
        in.filled(bytes.size());
        return p.receive(in);
    };
    question write(hawser::engine::batch_mode::atomic);
    write.add("insert into t default values returning v").rows_wanted();
    const auto behind = support::read("select v from t");
    p.add(write.job);
    p.add(behind.job);
    REQUIRE(tell(one_row(std::string(90, 'x')) + pg::data_row({std::string(90, 'x')}) +
                 pg::command_complete("INSERT 0 2") + pg::ready()));
    const auto e = support::error_in(write.job->failure);
    CHECK(e.kind() == errc::out_of_range);
    CHECK(e.may_have_executed());
    REQUIRE(tell(one_row(std::string(80, 'y')) + pg::command_complete("SELECT 1") + pg::ready()));
    CHECK(!behind.job->failure);
    CHECK(behind.rows().rows.size() == 1);
}

TEST_CASE("a row that is longer than result_bytes is told by its length, and not kept while it comes",
          "[postgres][limits]") {
    constexpr std::size_t limit = 100'000;
    constexpr std::size_t size = 20'000'000;
    hawser::postgres::known_types known;
    hawser::postgres::pipeline p(known, 256, limit);
    hawser::pgwire::frames in;
    const auto tell = [&](std::string_view bytes) {
        while (!bytes.empty()) {
            const auto room = in.room();
            const std::size_t n = std::min(room.size(), bytes.size());
            std::copy_n(bytes.data(), n, room.data());
            in.filled(n);
            bytes.remove_prefix(n);
            if (!p.receive(in)) return false;
            CHECK(in.capacity() <= 2 * limit);
        }
        return true;
    };
    const auto longer = support::read("select v from t");
    const auto behind = support::read("select w from t");
    p.add(longer.job);
    p.add(behind.job);
    const std::string notice = pg::notice("00000", std::string(size, 'n'));
    REQUIRE(tell(notice + one_row(std::string(size, 'x')) + pg::command_complete("SELECT 1") + pg::ready()));
    const auto e = support::error_in(longer.job->failure);
    CHECK(e.kind() == errc::out_of_range);
    CHECK_THAT(e.message(), support::contains_text("result_bytes"));
    REQUIRE(tell(one_row(std::string(80, 'y')) + pg::command_complete("SELECT 1") + pg::ready()));
    CHECK(!behind.job->failure);
    CHECK(behind.rows().rows.size() == 1);
}

TEST_CASE("a message that no answer is and that is longer than one may be ends the connection",
          "[postgres][limits]") {
    hawser::postgres::known_types known;
    hawser::postgres::pipeline p(known, 256, 100'000);
    hawser::pgwire::frames in;
    const auto read = support::read("select v from t");
    p.add(read.job);
    const std::string head = std::string("E\x3f\xff\xff\xff", 5) + std::string(60'000, 'x');
    const auto room = in.room();
    std::copy(head.begin(), head.end(), room.data());
    in.filled(head.size());
    CHECK(!p.receive(in));
    CHECK_THAT(p.why(), support::contains_text("a message of 1073741819 bytes"));
}

TEST_CASE("a row that is too long leaves its connection to the next call", "[postgres][limits]") {
    NEED_POSTGRES();
    hawser::open_options options{.pool = {.shared_connections = 1}};
    options.postgres.result_bytes = 1'000'000;
    on_postgres(
        [](hawser::database& db, const support::fresh_database&) -> task<> {
            const auto before = co_await db.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            const auto e = co_await error_of(
                db.query_one<std::string, "select repeat('x', 30000000) from pg_backend_pid()">());
            CHECK(e.kind() == errc::out_of_range);
            const auto after = co_await db.query_one<std::int64_t, "select pg_backend_pid()::bigint">();
            CHECK(after == before);
        },
        options);
}
