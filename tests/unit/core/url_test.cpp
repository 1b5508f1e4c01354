#include "support/catch.hpp"
#include <hawser/core/error.hpp>
#include <hawser/core/url.hpp>
#include <random>
#include <string>
#include <vector>

using hawser::backend;
using hawser::parse_url;
using hawser::to_string;
using hawser::url_endpoint;
using hawser::url_option;

namespace {

struct sqlite_form {
    std::string_view url, path;
};

std::string complaint(std::string_view url) {
    try {
        (void)parse_url(url);
    } catch (const hawser::error& e) {
        CHECK(e.kind() == hawser::errc::misuse);
        return e.what();
    }
    return "accepted";
}

} // namespace

TEST_CASE("a SQLite URL says a path, in all its forms", "[core][url]") {
    const std::vector<sqlite_form> forms{
        {"sqlite:trading.db", "trading.db"},
        {"sqlite:data/trading.db", "data/trading.db"},
        {"sqlite:/var/lib/trading.db", "/var/lib/trading.db"},
        {"sqlite:///relative.db", "relative.db"},
        {"sqlite:///data/relative.db", "data/relative.db"},
        {"sqlite:////var/lib/absolute.db", "/var/lib/absolute.db"},
        {"sqlite:///:memory:", ":memory:"},
        {"sqlite::memory:", ":memory:"},
        {"SQLite:Trading.db", "Trading.db"},
        {"sqlite3:trading.db", "trading.db"},
        {"sqlite+aiosqlite:///trading.db", "trading.db"},
        {"sqlite+aiosqlite:////var/lib/trading.db", "/var/lib/trading.db"},
        {"sqlite+aiosqlite:///:memory:", ":memory:"},
        {"sqlite+pysqlite:///trading.db", "trading.db"},
        {"sqlite:a%20folder/what%3f%25.db", "a folder/what?%.db"},
        {"sqlite:a folder/user:x@y#z.db", "a folder/user:x@y#z.db"},
        {"trading.db", "trading.db"},
        {"./a folder/trading.db", "./a folder/trading.db"},
        {"/var/lib/trading.db", "/var/lib/trading.db"},
        {"what?100%25.db", "what?100%25.db"},
        {":memory:", ":memory:"},
        {"C:\\data\\trading.db", "C:\\data\\trading.db"},
        {"odd:name.db", "odd:name.db"},
        {"user@host.db", "user@host.db"},
    };
    for (const auto& [url, path] : forms) {
        INFO(url);
        const auto parsed = parse_url(url);
        CHECK(parsed.backend == backend::sqlite);
        CHECK(parsed.path == path);
        CHECK(parsed.options.empty());
        CHECK(parsed.hosts.empty());
    }
}

TEST_CASE("options stand behind the ? of a SQLite URL and are percent-decoded", "[core][url]") {
    const auto parsed = parse_url("sqlite:///data/x.db?durability=normal&readers=2&&note=a%26b%3Dc=d");
    CHECK(parsed.path == "data/x.db");
    CHECK(parsed.options ==
          std::vector<url_option>{{"durability", "normal"}, {"readers", "2"}, {"note", "a&b=c=d"}});
    CHECK(parse_url("sqlite::memory:?readers=0").options == std::vector<url_option>{{"readers", "0"}});
    CHECK(parse_url("sqlite:x.db?").options.empty());
}

TEST_CASE("a PostgreSQL URL says hosts, user, password, database and options", "[core][url]") {
    for (const std::string scheme : {"postgres", "postgresql", "postgresql+asyncpg", "POSTGRES"}) {
        INFO(scheme);
        const auto url = parse_url(scheme + "://trader:s3%40c%2Fret@db1:5433,db2,[::1]:5434/trad%20ing"
                                            "?sslmode=verify-full&application_name=risk%26co");
        CHECK(url.backend == backend::postgres);
        CHECK(url.path.empty());
        CHECK(url.user == "trader");
        REQUIRE(url.password.has_value());
        CHECK(url.password->reveal() == "s3@c/ret");
        CHECK(url.hosts == std::vector<url_endpoint>{{"db1", 5433}, {"db2", 0}, {"::1", 5434}});
        CHECK(url.database == "trad ing");
        CHECK(url.options ==
              std::vector<url_option>{{"sslmode", "verify-full"}, {"application_name", "risk&co"}});
    }
}

TEST_CASE("all parts of a PostgreSQL URL may be left out", "[core][url]") {
    CHECK(parse_url("postgres://").hosts.empty());
    CHECK(parse_url("postgres:///trading").database == "trading");
    CHECK(parse_url("postgres:///trading").hosts.empty());
    CHECK(parse_url("postgres://db").hosts == std::vector<url_endpoint>{{"db", 0}});
    CHECK(parse_url("postgres://trader@/trading").user == "trader");
    CHECK_FALSE(parse_url("postgres://trader@db/x").password.has_value());
    CHECK(parse_url("postgres://:5433/x").hosts == std::vector<url_endpoint>{{"", 5433}});
    CHECK(parse_url("postgres://%2Frun%2Fpostgresql/x").hosts ==
          std::vector<url_endpoint>{{"/run/postgresql", 0}});
    CHECK(parse_url("postgres://db?sslrootcert=/etc/ca.pem").options ==
          std::vector<url_option>{{"sslrootcert", "/etc/ca.pem"}});
    CHECK(parse_url("postgres://u:p@db?sslmode=require").hosts == std::vector<url_endpoint>{{"db", 0}});
}

TEST_CASE("parts of a PostgreSQL URL may be given as options", "[core][url]") {
    const auto url = parse_url("postgresql:///?host=/run/postgresql,db2&port=5433&user=trader&password=s3cret"
                               "&dbname=trading&sslmode=prefer");
    CHECK(url.hosts == std::vector<url_endpoint>{{"/run/postgresql", 5433}, {"db2", 5433}});
    CHECK(url.user == "trader");
    REQUIRE(url.password.has_value());
    CHECK(url.password->reveal() == "s3cret");
    CHECK(url.database == "trading");
    CHECK(url.options == std::vector<url_option>{{"sslmode", "prefer"}});
    CHECK(parse_url("postgres://a,b/x?port=1,2").hosts == std::vector<url_endpoint>{{"a", 1}, {"b", 2}});
    CHECK(parse_url("postgres:///x?port=5433").hosts == std::vector<url_endpoint>{{"", 5433}});
}

TEST_CASE("a URL that cannot be read is misuse that names the wrong part", "[core][url]") {
    const auto says = [](std::string_view url, const char* what) {
        INFO(url);
        CHECK_THAT(complaint(url), support::contains_text(what));
    };
    says("", "empty");
    says(std::string_view("a\0b", 3), "zero byte");
    says("sqlite:x%00.db", "the path has a zero byte");
    says("sqlite:x.db\n", "line break");
    says("postgres://u:p@h/x\r\n", "line break");
    says("sqlite:", "path of the SQLite file is missing");
    says("sqlite:///", "path of the SQLite file is missing");
    says("sqlite:?readers=2", "path of the SQLite file is missing");
    says("sqlite://host/file.db", "has no host");
    says("sqlite://file.db", "has no host");
    says("sqlite:100%.db", "the path has a % without two hex digits");
    says("sqlite:x%4", "the path has a %");
    says("sqlite:x.db?readers", "option 1 behind the ? has no =");
    says("sqlite:x.db?readers=1&wha t=2", "the name of option 2 behind the ? is no name");
    says("sqlite:x.db?=1", "the name of option 1 behind the ? is no name");
    says("sqlite:x.db?readers=1&readers=2", "the option readers is given twice");
    says("sqlite:x.db?readers=%zz", "the option readers has a %");
    says("postgres:trading", "// is missing behind postgres:");
    says("postgresql:/db/x", "// is missing behind postgresql:");
    says("mysql://host/db", "unknown scheme mysql");
    says("postgresql+psycopg2://host/db", "unknown scheme postgresql+psycopg2");
    says(" postgres://host/db", "neither a known scheme nor a path");
    says("postgres://u:@h/x", "the password is set but empty");
    says("postgres://h/x?user=u&password=", "the password is set but empty");
    says("postgres://:p@h/x", "the user is missing");
    says("postgres://u:p%4@h/x", "the password has a %");
    says("postgres://u%:p@h/x", "the user has a %");
    says("postgres://a:5432,b:http/x", "the port of host 2");
    says("postgres://a:0/x", "the port of host 1");
    says("postgres://a:65536/x", "the port of host 1");
    says("postgres://[::1/x", "host 1 has no ]");
    says("postgres://[::1]5432/x", "between ] and its port");
    says("postgres://a,b,c/x?port=1,2", "not as many ports as hosts");
    says("host=db user=trader dbname=x password=y", "keyword=value");
}

TEST_CASE("a password is in no message, wherever a slip puts it", "[core][url]") {
    for (const std::string_view url : {
             "mysql://trader:s3cret@host/db",
             "postgres:trader:s3cret@host/db",
             "postgresql:/trader:s3cret@host/db",
             " postgres://trader:s3cret@host/db",
             "(postgres://trader:s3cret@host/db",
             "sqlite://trader:s3cret@host/x",
             "postgres\t://trader:s3cret@host",
             "://trader:s3cret@host",
             "trader:s3cret@host/db",
             "postgres//trader:s3cret@host/db",
             "postgres;//trader:s3cret@host/db",
             "user=trader PASSWORD=s3cret host=h",
             "postgres://trader:s3cret@x@host/db",
             "postgres://trader:5@s3cret@host/db",
             "postgres://trader:s3cret/x@host/db",
             "postgres://trader:/s3cret@host/db",
             "postgres://trader:5/s3cret@host/db",
             "postgres://trader:5/s3cret?x=y@host/db",
             "postgres://trader:5/x?s3cret@host/db",
             "postgres://trader:5?s3cret@host/db",
             "postgres://trader:5#s3cret@host/db",
             "postgres://trader:s3cret%@host/db",
             "postgres://trader:s3cret[@host/db",
             "postgres://trader:s3cret@host:s3cret/db",
             "postgres://trader:s3cret@host/db?password=s3cret%",
             "postgres://trader:s3cret@host/db?s3cret",
             "postgres://trader:s3cret@host/db?s3 cret=1",
             "postgres://trader:s3cret@host/d#b",
             "postgres://trader:s3cret\n@host/db",
             "sqlite:x.db?password=s3cret%",
             "sqlite:x.db?s3cret",
         }) {
        INFO(url);
        CHECK_THAT(complaint(url), !support::contains_text("s3cret"));
        CHECK_THAT(complaint(url), !support::contains_text("s3 cret"));
        CHECK(complaint(url) != "accepted");
    }
}

TEST_CASE("a URL is written without its password and without what may be one", "[core][url]") {
    CHECK(to_string(
              parse_url("postgres://trader:s3cret@db1:5433,[::1]/trading?sslmode=require&sslpassword=s3cret"
                        "&options=-c%20x%3Ds3cret")) ==
          "postgresql://trader:***@db1:5433,[::1]/trading?sslmode=require&sslpassword=***&options=***");
    CHECK(to_string(parse_url("postgres:///?password=s3cret&user=u")) == "postgresql://u:***@");
    CHECK(to_string(parse_url("sqlite:x.db?key=s3cret")) == "sqlite:x.db?key=***");
    CHECK(to_string(parse_url("/a b/what?.db")) == "sqlite:////a%20b/what%3F.db");
    CHECK(to_string(parse_url("sqlite:///:memory:")) == "sqlite::memory:");
}

TEST_CASE("a URL that was written is read as the same", "[core][url]") {
    std::mt19937 random{7};
    const std::string alphabet = "ab1 %?#@:/&=[],+.\xc3\xa9";
    const auto text = [&](std::size_t least) {
        std::string out;
        for (std::size_t n = least + random() % 6; n > 0; --n) out += alphabet[random() % alphabet.size()];
        return out;
    };
    for (int i = 0; i < 2000; ++i) {
        hawser::database_url url;
        if (i % 2 == 0) {
            url.path = text(1);
        } else {
            url.backend = backend::postgres;
            url.user = text(1);
            url.database = text(1);
            for (auto n = random() % 3; n > 0; --n)
                url.hosts.push_back({"h" + text(0), static_cast<std::uint16_t>(n)});
            for (auto& h : url.hosts)
                if (h.host.find(':') != std::string::npos) h.host = "fe80::1"; // only addresses have colons
        }
        INFO(to_string(url));
        CHECK(parse_url(to_string(url)) == url);
    }
}
