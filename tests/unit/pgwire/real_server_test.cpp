// Every message is one that PostgreSQL itself takes, or says.
#include "support/catch.hpp"
#include "support/postgres_cluster.hpp"
#include "support/raw_postgres.hpp"
#include "support/wire_bytes.hpp"
#include <cstdint>
#include <optional>
#include <pgwire/frame.hpp>
#include <pgwire/message/authentication.hpp>
#include <pgwire/message/backend_key_data.hpp>
#include <pgwire/message/bind.hpp>
#include <pgwire/message/bind_complete.hpp>
#include <pgwire/message/cancel_request.hpp>
#include <pgwire/message/close.hpp>
#include <pgwire/message/close_complete.hpp>
#include <pgwire/message/command_complete.hpp>
#include <pgwire/message/copy_data.hpp>
#include <pgwire/message/copy_done.hpp>
#include <pgwire/message/copy_fail.hpp>
#include <pgwire/message/copy_in_response.hpp>
#include <pgwire/message/copy_out_response.hpp>
#include <pgwire/message/data_row.hpp>
#include <pgwire/message/describe.hpp>
#include <pgwire/message/empty_query_response.hpp>
#include <pgwire/message/error_response.hpp>
#include <pgwire/message/execute.hpp>
#include <pgwire/message/flush.hpp>
#include <pgwire/message/function_call.hpp>
#include <pgwire/message/function_call_response.hpp>
#include <pgwire/message/gssenc_request.hpp>
#include <pgwire/message/negotiate_protocol_version.hpp>
#include <pgwire/message/no_data.hpp>
#include <pgwire/message/notice_response.hpp>
#include <pgwire/message/notification_response.hpp>
#include <pgwire/message/parameter_description.hpp>
#include <pgwire/message/parameter_status.hpp>
#include <pgwire/message/parse.hpp>
#include <pgwire/message/parse_complete.hpp>
#include <pgwire/message/portal_suspended.hpp>
#include <pgwire/message/query.hpp>
#include <pgwire/message/ready_for_query.hpp>
#include <pgwire/message/row_description.hpp>
#include <pgwire/message/ssl_request.hpp>
#include <pgwire/message/startup_message.hpp>
#include <pgwire/message/sync.hpp>
#include <pgwire/message/terminate.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

using namespace hawser::pgwire;
using support::fresh_database;
using support::raw_postgres;
using support::wire;

namespace {

using values = std::vector<std::optional<std::string_view>>;
const std::vector binary{format::binary};

class session {
public:
    explicit session(const support::postgres_address& where)
        : user_(where.user), database_(where.database), raw_(raw_postgres::unstarted(where)) {}

    // One that has gone through its start-up.
    static session started(const fresh_database& on) {
        session s(on.address());
        s.begin();
        while (s.next().type != static_cast<char>(ready_for_query::type)) {}
        return s;
    }
    void begin(std::vector<startup_parameter> more = {}, std::int32_t version = protocol_3_0) {
        more.push_back({"user", user_});
        more.push_back({"database", database_});
        write_startup_message(out, more, version);
        send();
    }

    void send() {
        raw_.send(out.view());
        out.clear();
    }
    frame next() {
        frame message;
        for (;;) {
            const frames::step step = in_.next(message);
            if (step == frames::step::message) return message;
            if (step == frames::step::broken) throw std::runtime_error("no message of the protocol");
            if (!fill()) throw std::runtime_error("the server has ended the connection");
        }
    }
    // The next message, which is one of these; its views live until the one after.
    template <class Message>
    Message take() {
        const frame message = next();
        CAPTURE(message.type, support::shown(message.body));
        REQUIRE(message.type == static_cast<char>(Message::type));
        Message taken{};
        REQUIRE(read(message.body, taken));
        return taken;
    }
    template <class... Messages>
    void pass() {
        (static_cast<void>(take<Messages>()), ...);
    }
    transaction_status ready() { return take<ready_for_query>().status; }
    // An answer that is no message.
    char byte() {
        char c = 0;
        REQUIRE(::recv(raw_.descriptor(), &c, 1, 0) == 1);
        return c;
    }
    bool ended() { return in_.waiting() == 0 && !fill(); }

    output out;

private:
    bool fill() {
        const auto room = in_.room();
        const ssize_t got = ::recv(raw_.descriptor(), room.data(), room.size(), 0);
        if (got < 0) throw std::runtime_error("no answer");
        in_.filled(static_cast<std::size_t>(got));
        return got > 0;
    }

    std::string user_, database_;
    raw_postgres raw_;
    frames in_{{.buffer = 64}}; // so that it has to grow
};

std::vector<std::string> texts_of(const data_row& row) {
    std::vector<std::string> texts;
    for (const column_value& value : row.values)
        texts.push_back(value.null ? "NULL" : std::string(value.bytes));
    return texts;
}

} // namespace

TEST_CASE("PostgreSQL understands a start-up, and negotiates what it does not", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s(db.address());
    s.begin({{"_pq_.hawser", "1"}, {"application_name", "start-up"}}, protocol_3_2);

    const auto offered = s.take<negotiate_protocol_version>();
    CHECK(offered.version / 65'536 == 3);
    REQUIRE(offered.unknown_options.size() == 1);
    CHECK(*offered.unknown_options.begin() == "_pq_.hawser");

    CHECK(s.take<authentication>().what == authentication::request::ok);
    std::vector<std::string> settings;
    frame message = s.next();
    for (parameter_status status; message.type == static_cast<char>(parameter_status::type);
         message = s.next()) {
        REQUIRE(read(message.body, status));
        settings.push_back(std::string(status.name) + "=" + std::string(status.value));
    }
    CHECK_THAT(settings, Catch::Matchers::VectorContains(std::string("application_name=start-up")));

    backend_key_data key;
    REQUIRE(message.type == static_cast<char>(backend_key_data::type));
    REQUIRE(read(message.body, key));
    CHECK(key.process > 0);
    CHECK(s.ready() == transaction_status::idle);
}

TEST_CASE("PostgreSQL prepares, binds and runs as it is told", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    write_parse(s.out, "s1", "select $1 + g, $2 from generate_series(1, 3) g", std::vector<oid>{23, 0});
    write_describe_statement(s.out, "s1");
    write_bind(s.out, "p1", "s1", std::vector{format::binary, format::text}, values{wire("[00000029]"), {}},
               std::vector{format::text, format::binary});
    write_describe_portal(s.out, "p1");
    write_execute(s.out, "p1", 2);
    write_execute(s.out, "p1");
    write_close_portal(s.out, "p1");
    write_close_statement(s.out, "s1");
    write_sync(s.out);
    s.send();

    s.pass<parse_complete>();
    const auto parameters = s.take<parameter_description>();
    CHECK(std::vector<oid>{*parameters.types.begin(), *++parameters.types.begin()} ==
          std::vector<oid>{23, 25});
    s.pass<row_description, bind_complete>();
    const auto described = s.take<row_description>();
    REQUIRE(described.fields.size() == 2);
    CHECK(described.fields.begin()->type == 23);
    CHECK(described.fields.begin()->size == 4);
    CHECK(described.fields.begin()->format == format::text);
    CHECK((++described.fields.begin())->format == format::binary);
    CHECK(texts_of(s.take<data_row>()) == std::vector<std::string>{"42", "NULL"});
    CHECK(texts_of(s.take<data_row>()) == std::vector<std::string>{"43", "NULL"});
    s.pass<portal_suspended>();
    CHECK(texts_of(s.take<data_row>()) == std::vector<std::string>{"44", "NULL"});
    CHECK(s.take<command_complete>().rows() == 1);
    s.pass<close_complete, close_complete>();
    CHECK(s.ready() == transaction_status::idle);
}

TEST_CASE("PostgreSQL takes values that were written straight into the output", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    write_parse(s.out, "", "select $1::text, $2::text, $3::int8", {});
    const std::size_t mark = begin_bind(s.out, "", "", binary, 3);
    const std::size_t value = s.out.open();
    s.out.bytes(std::string(100'000, 'x'));
    s.out.close_value(value);
    s.out.integer(std::int32_t{-1});
    s.out.integer(std::int32_t{8});
    s.out.integer(std::int64_t{-2});
    finish_bind(s.out, mark, binary);
    write_execute(s.out, "");
    write_sync(s.out);
    s.send();
    s.pass<parse_complete, bind_complete>();
    CHECK(texts_of(s.take<data_row>()) ==
          std::vector<std::string>{std::string(100'000, 'x'), "NULL", wire("[fffffffffffffffe]")});
    CHECK(s.take<command_complete>().what() == command::select);
    CHECK(s.ready() == transaction_status::idle);
}

TEST_CASE("PostgreSQL takes 65,535 parameters", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    constexpr std::size_t most = 65'535;
    std::string sql = "select $1::int4";
    for (std::size_t i = 2; i <= most; ++i) sql += ",$" + std::to_string(i);
    sql.replace(0, 7, "select cardinality(array[") += "])";
    write_parse(s.out, "", sql, std::vector<oid>(most, 23));
    write_bind(s.out, "", "", binary, values(most), {});
    write_execute(s.out, "");
    write_sync(s.out);
    s.send();
    s.pass<parse_complete, bind_complete>();
    CHECK(texts_of(s.take<data_row>()) == std::vector<std::string>{"65535"});
    s.pass<command_complete>();
    CHECK(s.ready() == transaction_status::idle);
}

TEST_CASE("PostgreSQL sends what it holds back after a Flush", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    write_parse(s.out, "none", "create table t(n int)", {});
    write_describe_statement(s.out, "none");
    write_flush(s.out);
    s.send();
    s.pass<parse_complete, parameter_description, no_data>();
    write_sync(s.out);
    s.send();
    CHECK(s.ready() == transaction_status::idle);
}

TEST_CASE("PostgreSQL tells errors, notices, and the state of a transaction", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    write_query(s.out,
                "create table t(n int constraint t_n_pk primary key); begin; insert into t values (1)");
    s.send();
    CHECK(s.take<command_complete>().what() == command::other);
    CHECK(s.take<command_complete>().what() == command::begin);
    const auto inserted = s.take<command_complete>();
    CHECK(inserted.what() == command::insert);
    CHECK(inserted.rows() == 1);
    CHECK(s.ready() == transaction_status::open);

    write_query(s.out, "insert into t values (1)");
    s.send();
    const auto failure = s.take<error_response>();
    CHECK(failure.severity == "ERROR");
    CHECK(failure.sqlstate == "23505");
    CHECK(failure.table == "t");
    CHECK(failure.constraint == "t_n_pk");
    CHECK(failure.line > 0);
    CHECK_FALSE(failure.fatal());
    CHECK(s.ready() == transaction_status::failed);

    write_query(s.out, "commit");
    write_query(s.out, "rollback");
    write_query(s.out, "select nothing");
    write_query(s.out, "");
    s.send();
    CHECK(s.take<command_complete>().what() ==
          command::rollback); // what a failed transaction makes of COMMIT
    CHECK(s.ready() == transaction_status::idle);
    CHECK(s.take<notice_response>().sqlstate == "25P01");
    s.pass<command_complete, ready_for_query>();
    CHECK(s.take<error_response>().position == 8);
    s.pass<ready_for_query, empty_query_response>();
    CHECK(s.ready() == transaction_status::idle);
}

TEST_CASE("PostgreSQL copies in and out", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    write_query(s.out, "create temp table t(n int, s text)");
    write_query(s.out, "copy t from stdin");
    write_copy_data(s.out, "1\ta\n2\t");
    write_copy_data(s.out, "b\n");
    write_copy_done(s.out);
    write_query(s.out, "copy t to stdout (format binary)");
    write_query(s.out, "copy t from stdin (format binary)");
    write_copy_fail(s.out, "no more");
    s.send();

    s.pass<command_complete, ready_for_query>();
    const auto in = s.take<copy_in_response>();
    CHECK(in.whole == format::text);
    CHECK(in.columns.size() == 2);
    const auto copied = s.take<command_complete>();
    CHECK(copied.what() == command::copy);
    CHECK(copied.rows() == 2);
    s.pass<ready_for_query>();

    const auto out = s.take<copy_out_response>();
    CHECK(out.whole == format::binary);
    CHECK(*out.columns.begin() == format::binary);
    CHECK(s.take<copy_data>().data.starts_with("PGCOPY\n"));
    frame message = s.next();
    while (message.type == static_cast<char>(copy_data::type)) message = s.next();
    CHECK(message.type == static_cast<char>(copy_done::type));
    CHECK(support::is_read<copy_done>(message.body));
    s.pass<command_complete, ready_for_query>();

    CHECK(s.take<copy_in_response>().whole == format::binary);
    const auto refused = s.take<error_response>();
    CHECK(refused.sqlstate == "57014");
    CHECK_THAT(std::string(refused.message), support::contains_text("no more"));
    s.pass<ready_for_query>();
}

TEST_CASE("PostgreSQL calls a function by its number", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    constexpr oid int4pl = 177;
    write_function_call(s.out, int4pl, binary, values{wire("[00000028]"), wire("[00000002]")},
                        format::binary);
    write_function_call(s.out, int4pl, {}, values{"40", {}}, format::text);
    s.send();
    CHECK(support::shown(s.take<function_call_response>().bytes) == support::spelled("[0000002a]"));
    s.pass<ready_for_query>();
    CHECK(s.take<function_call_response>().null);
    s.pass<ready_for_query>();
}

TEST_CASE("PostgreSQL notifies who listens", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    write_query(s.out, "listen trades");
    s.send();
    CHECK(s.take<command_complete>().what() == command::listen);
    s.pass<ready_for_query>();
    raw_postgres other = db.look();
    other.exec("notify trades, 'sold'");
    const auto told = s.take<notification_response>();
    CHECK(told.process == other.process());
    CHECK(told.channel == "trades");
    CHECK(told.payload == "sold");
}

TEST_CASE("PostgreSQL cancels whom a CancelRequest names", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s(db.address());
    s.begin();
    backend_key_data key;
    std::string secret;
    for (frame message = s.next(); message.type != static_cast<char>(ready_for_query::type);
         message = s.next())
        if (message.type == static_cast<char>(backend_key_data::type)) {
            REQUIRE(read(message.body, key));
            secret = key.key;
        }
    write_query(s.out, "do $$ begin raise notice 'here'; perform pg_sleep(60); end $$");
    s.send();
    CHECK(s.take<notice_response>().message == "here");

    session killer(db.address());
    write_cancel_request(killer.out, key.process, secret);
    killer.send();
    CHECK(killer.ended());
    CHECK(s.take<error_response>().sqlstate == "57014");
    CHECK(s.ready() == transaction_status::idle);
}

TEST_CASE("PostgreSQL without TLS and GSSAPI says so in a byte, and goes on", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s(db.address());
    write_ssl_request(s.out);
    s.send();
    CHECK(s.byte() == 'N');
    write_gssenc_request(s.out);
    s.send();
    CHECK(s.byte() == 'N');
    s.begin();
    CHECK(s.take<authentication>().what == authentication::request::ok);
}

TEST_CASE("PostgreSQL ends a session at Terminate, without a word", "[pgwire][postgres]") {
    NEED_POSTGRES();
    const fresh_database db;
    session s = session::started(db);
    write_terminate(s.out);
    s.send();
    CHECK(s.ended());
}
