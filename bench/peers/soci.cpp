// SOCI: see README.md.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace {

using steady = std::chrono::steady_clock;

struct prediction {
    long long id = 0;
    std::string symbol, model;
    double value = 0, confidence = 0;
    std::string features;
    long long created_at = 0, updated_at = 0;
};

struct outcome {
    std::size_t rows = 0;
    long long ids = 0;
    std::vector<double> each{}; // microseconds
};
using work = std::function<outcome()>;

const char* const insert_text =
    "insert into predictions (symbol, model, value, confidence, features, created_at, updated_at) "
    "values (:symbol, :model, :value, :confidence, :features, :created, :updated)";
const std::string select_text =
    "select id, symbol, model, value, confidence, features, created_at, updated_at from predictions";

std::vector<prediction> make(std::size_t count) {
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    std::vector<prediction> rows(count);
    for (std::size_t i = 0; i < count; ++i) {
        prediction& p = rows[i];
        p.symbol = i % 3 == 0 ? "BTCUSDT" : "ETHUSDT";
        p.model = "gradient-7";
        p.value = static_cast<double>(i % 1000) / 1000;
        p.confidence = 0.5;
        p.features =
            R"({"rsi":51.25,"macd":-0.125,"spread":0.0004,"depth":)" + std::to_string(1000 + i % 9000) + "}";
        p.created_at = p.updated_at = now;
    }
    return rows;
}

long long random_key(std::uint64_t i, std::uint64_t rows) {
    std::uint64_t x = (i + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 31)) * 0xBF58476D1CE4E5B9u;
    return static_cast<long long>((x ^ (x >> 29)) % rows) + 1;
}

double seconds(steady::duration d) {
    return std::chrono::duration<double>(d).count();
}

double cpu_seconds() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

// One prepared statement, bound to one row that is written anew.
class inserter {
public:
    explicit inserter(soci::session& db)
        : statement_((db.prepare << insert_text, soci::use(row_.symbol), soci::use(row_.model),
                      soci::use(row_.value), soci::use(row_.confidence), soci::use(row_.features),
                      soci::use(row_.created_at), soci::use(row_.updated_at))) {}
    void operator()(const prediction& p) {
        row_ = p;
        statement_.execute(true);
    }

private:
    prediction row_;
    soci::statement statement_;
};

using session = std::shared_ptr<soci::session>;

work bulk(const session& db, std::size_t count) {
    auto rows = std::make_shared<std::vector<prediction>>(make(count));
    return [=] {
        {
            inserter insert(*db);
            soci::transaction whole(*db);
            for (const prediction& p : *rows) insert(p);
            whole.commit();
        }
        db->close();
        return outcome{.rows = count};
    };
}

work commits(const session& db, std::size_t count) {
    auto rows = std::make_shared<std::vector<prediction>>(make(count));
    return [=] {
        outcome o{.rows = count};
        {
            inserter insert(*db);
            for (const prediction& p : *rows) {
                const auto start = steady::now();
                soci::transaction one(*db);
                insert(p);
                one.commit();
                o.each.push_back(seconds(steady::now() - start) * 1e6);
            }
        }
        db->close();
        return o;
    };
}

work reads(const session& db, std::size_t count, std::size_t rows) {
    return [=] {
        outcome o{.rows = count};
        prediction p;
        long long key = 0;
        soci::statement get =
            (db->prepare << select_text + " where id = :id", soci::use(key), soci::into(p.id),
             soci::into(p.symbol), soci::into(p.model), soci::into(p.value), soci::into(p.confidence),
             soci::into(p.features), soci::into(p.created_at), soci::into(p.updated_at));
        for (std::size_t i = 0; i < count; ++i) {
            const auto start = steady::now();
            key = random_key(i, rows);
            if (!get.execute(true)) throw std::runtime_error("no such row");
            const prediction found = p;
            o.each.push_back(seconds(steady::now() - start) * 1e6);
            o.ids += found.id;
        }
        return o;
    };
}

work scan(const session& db, std::size_t expected) {
    return [=] {
        outcome o;
        prediction p;
        std::vector<prediction> found;
        found.reserve(expected);
        soci::statement all = (db->prepare << select_text, soci::into(p.id), soci::into(p.symbol),
                               soci::into(p.model), soci::into(p.value), soci::into(p.confidence),
                               soci::into(p.features), soci::into(p.created_at), soci::into(p.updated_at));
        all.execute();
        while (all.fetch()) found.push_back(p);
        o.rows = found.size();
        for (const prediction& one : found) o.ids += one.id;
        return o;
    };
}

void set(soci::session& db, const std::string& pragmas) {
    std::istringstream each(pragmas);
    for (std::string pragma; std::getline(each, pragma, ',');) {
        const auto equals = pragma.find('=');
        db << "pragma " << pragma;
        long long is = 0;
        db << "pragma " << pragma.substr(0, equals), soci::into(is);
        if (is != std::stoll(pragma.substr(equals + 1)))
            throw std::runtime_error("pragma " + pragma + " did not take");
    }
}

void run(const std::vector<std::string>& arguments) {
    const std::string& name = arguments.at(0);
    const std::size_t count = std::stoul(arguments.at(2)), rows = std::stoul(arguments.at(3));
    const auto db = std::make_shared<soci::session>(soci::sqlite3, "dbname=" + arguments.at(1));
    set(*db, arguments.at(4));
    std::string version;
    *db << "select sqlite_version()", soci::into(version);
    work w;
    if (name == "bulk") w = bulk(db, count);
    if (name == "commits") w = commits(db, count);
    if (name == "reads") w = reads(db, count, rows);
    if (name == "scan") w = scan(db, rows);
    if (!w) throw std::runtime_error("no such work");
    const double cpu_before = cpu_seconds();
    const auto start = steady::now();
    outcome o = w();
    const double wall = seconds(steady::now() - start), cpu = cpu_seconds() - cpu_before;
    std::sort(o.each.begin(), o.each.end());
    const auto quantile = [&](double q) {
        return o.each.empty()
                   ? 0.0
                   : o.each[static_cast<std::size_t>(q * static_cast<double>(o.each.size() - 1) + 0.5)];
    };
    const auto n = static_cast<double>(o.rows);
    std::printf("{\"ops_per_s\":%g,\"cpu_us_per_op\":%g,\"p50_us\":%g,\"p99_us\":%g,\"rows\":%zu,"
                "\"ids\":%lld,\"sqlite\":\"%s\"}\n",
                n / wall, cpu * 1e6 / n, quantile(0.5), quantile(0.99), o.rows, o.ids, version.c_str());
}

} // namespace

int main(int argc, char** argv) {
    try {
        run({argv + 1, argv + argc});
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
