// libpq, its pipeline mode where more than one is in flight: see ../README.md.
#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <libpq-fe.h>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <vector>

// What is counted from outside is what is within.
extern "C" [[gnu::noinline]] void bench_counted(void (*work)(void*), void* with) {
    work(with);
    asm volatile("");
}

namespace {

using steady = std::chrono::steady_clock;

struct prediction {
    std::int64_t id = 0;
    std::string symbol, model;
    double value = 0, confidence = 0;
    std::string features;
    std::int64_t created_at = 0, updated_at = 0; // microseconds since 2000
};

struct work {
    std::string what, url;
    std::size_t count, rows, in_flight, connections;
};
struct outcome {
    std::size_t rows = 0;
    std::int64_t ids = 0;
    std::vector<float> each{}; // microseconds
    double seconds = 0, cpu = 0;
};

#define COLUMNS R"("symbol", "model", "value", "confidence", "features", "created_at", "updated_at")"
const char* const get_text = R"(select "id", )" COLUMNS R"( from "predictions" where "id" = $1)";
const char* const rows_text = R"(select "id", )" COLUMNS R"( from "predictions" where "id" <= $1)";
const char* const insert_text =
    R"(insert into "predictions" ()" COLUMNS R"() values ($1, $2, $3, $4, $5, $6, $7) returning "id")";
const char* const copy_text = R"(copy "predictions" ()" COLUMNS R"() from stdin (format binary))";
constexpr std::array<Oid, 7> insert_types{25, 25, 701, 701, 25, 1184, 1184};
constexpr Oid key_type = 20;

double cpu_seconds() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(use.ru_utime) + seconds(use.ru_stime);
}

// Times one piece of work.
template <class Work>
void timed(outcome& o, Work piece) {
    const double cpu_before = cpu_seconds();
    const auto start = steady::now();
    bench_counted([](void* it) { (*static_cast<Work*>(it))(); }, &piece);
    o.seconds = std::chrono::duration<double>(steady::now() - start).count();
    o.cpu = cpu_seconds() - cpu_before;
}

std::int64_t random_key(std::uint64_t i, std::uint64_t rows) {
    std::uint64_t x = (i + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 31)) * 0xBF58476D1CE4E5B9u;
    return static_cast<std::int64_t>((x ^ (x >> 29)) % rows) + 1;
}

prediction make(std::size_t i) {
    prediction p;
    p.symbol = i % 3 == 0 ? "BTCUSDT" : "ETHUSDT";
    p.model = "gradient-7";
    p.value = static_cast<double>(i % 1000) / 1000;
    p.confidence = 0.5;
    p.features =
        R"({"rsi":51.25,"macd":-0.125,"spread":0.0004,"depth":)" + std::to_string(1000 + i % 9000) + "}";
    return p;
}

// --- values in binary form --------------------------------------------------------------------------------

std::int64_t in_network_order(std::int64_t v) {
    return static_cast<std::int64_t>(__builtin_bswap64(static_cast<std::uint64_t>(v)));
}
std::int64_t in_network_order(double v) {
    return in_network_order(std::bit_cast<std::int64_t>(v));
}

std::int64_t integer_of(const PGresult* r, int row, int column) {
    std::int64_t v = 0;
    std::memcpy(&v, PQgetvalue(r, row, column), sizeof v);
    return in_network_order(v);
}
double real_of(const PGresult* r, int row, int column) {
    return std::bit_cast<double>(integer_of(r, row, column));
}
std::string text_of(const PGresult* r, int row, int column) {
    return {PQgetvalue(r, row, column), static_cast<std::size_t>(PQgetlength(r, row, column))};
}

prediction row_of(const PGresult* r, int row) {
    prediction p;
    p.id = integer_of(r, row, 0);
    p.symbol = text_of(r, row, 1);
    p.model = text_of(r, row, 2);
    p.value = real_of(r, row, 3);
    p.confidence = real_of(r, row, 4);
    p.features = text_of(r, row, 5);
    p.created_at = integer_of(r, row, 6);
    p.updated_at = integer_of(r, row, 7);
    return p;
}

// Of an insert; of a row that lives as long.
struct insert_values {
    explicit insert_values(const prediction& p)
        : numbers{in_network_order(p.value), in_network_order(p.confidence), in_network_order(p.created_at),
                  in_network_order(p.updated_at)},
          values{p.symbol.data(),   p.model.data(), number(0), number(1),
                 p.features.data(), number(2),      number(3)},
          lengths{size(p.symbol), size(p.model), 8, 8, size(p.features), 8, 8} {}
    insert_values(const insert_values&) = delete;

    const char* number(std::size_t i) const { return reinterpret_cast<const char*>(&numbers[i]); }
    static int size(const std::string& s) { return static_cast<int>(s.size()); }

    std::array<std::int64_t, 4> numbers;
    std::array<const char*, 7> values;
    std::array<int, 7> lengths;
};

// --- connections ------------------------------------------------------------------------------------------

struct closer {
    void operator()(PGconn* c) const { PQfinish(c); }
    void operator()(PGresult* r) const { PQclear(r); }
};
using connection = std::unique_ptr<PGconn, closer>;
using result = std::unique_ptr<PGresult, closer>;

void require(bool good, PGconn* c) {
    if (!good) throw std::runtime_error(PQerrorMessage(c));
}

connection connect(const std::string& url) {
    connection c(PQconnectdb(url.c_str()));
    require(PQstatus(c.get()) == CONNECTION_OK, c.get());
    return c;
}

void prepare(PGconn* c, const char* sql, const Oid* types, std::size_t count) {
    const result r(PQprepare(c, "s", sql, static_cast<int>(count), types));
    require(PQresultStatus(r.get()) == PGRES_COMMAND_OK, c);
}

// A Sync for each statement: from version 17 of the library on without a write for each.
void sync(PGconn* c) {
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
    require(PQsendPipelineSync(c) == 1, c);
#else
    require(PQpipelineSync(c) == 1, c);
#endif
}

// One connection's share of the requests, always so many of them on their way.
class lane {
public:
    lane(const work& w, std::size_t number)
        : reads_(w.what == "reads"), depth_(w.in_flight / w.connections), connection_(connect(w.url)) {
        if (reads_)
            prepare(connection_.get(), get_text, &key_type, 1);
        else
            prepare(connection_.get(), insert_text, insert_types.data(), insert_types.size());
        for (std::size_t i = number; i < w.count; i += w.connections) {
            if (reads_)
                keys_.push_back(in_network_order(random_key(i, w.rows)));
            else
                rows_.push_back(make(i));
        }
        count_ = reads_ ? keys_.size() : rows_.size();
        sent_at_.resize(count_);
        require(PQsetnonblocking(connection_.get(), 1) == 0 && PQenterPipelineMode(connection_.get()) == 1,
                connection_.get());
    }

    bool done() const { return answered_ == count_; }
    int descriptor() const { return PQsocket(connection_.get()); }

    // Whether all of it has left.
    bool send() {
        PGconn* const c = connection_.get();
        for (; sent_ < count_ && sent_ < answered_ + depth_; ++sent_) {
            sent_at_[sent_] = steady::now();
            send_one(c, sent_);
            sync(c);
        }
        const int left = PQflush(c);
        require(left >= 0, c);
        return left == 0;
    }

    void receive(outcome& o) {
        PGconn* const c = connection_.get();
        require(PQconsumeInput(c) == 1, c);
        while (answered_ < sent_ && PQisBusy(c) == 0) {
            const result r(PQgetResult(c));
            if (!r) continue; // the end of one statement's results
            switch (PQresultStatus(r.get())) {
            case PGRES_TUPLES_OK: take(r.get(), o); break;
            case PGRES_PIPELINE_SYNC:
                o.each.push_back(
                    std::chrono::duration<float, std::micro>(steady::now() - sent_at_[answered_]).count());
                ++answered_;
                break;
            default: require(false, c);
            }
        }
    }

private:
    void send_one(PGconn* c, std::size_t i) const {
        static constexpr std::array<int, 7> binary{1, 1, 1, 1, 1, 1, 1};
        if (reads_) {
            const char* const value = reinterpret_cast<const char*>(&keys_[i]);
            const int length = sizeof keys_[i];
            require(PQsendQueryPrepared(c, "s", 1, &value, &length, binary.data(), 1) == 1, c);
            return;
        }
        const insert_values v(rows_[i]);
        require(PQsendQueryPrepared(c, "s", 7, v.values.data(), v.lengths.data(), binary.data(), 1) == 1, c);
    }
    void take(const PGresult* r, outcome& o) const {
        if (PQntuples(r) != 1) throw std::runtime_error("not one row");
        ++o.rows;
        o.ids += reads_ ? row_of(r, 0).id : integer_of(r, 0, 0);
    }

    bool reads_;
    std::size_t depth_;
    connection connection_;
    std::vector<std::int64_t> keys_;
    std::vector<prediction> rows_;
    std::size_t count_ = 0;
    std::vector<steady::time_point> sent_at_;
    std::size_t sent_ = 0;
    std::size_t answered_ = 0;
};

outcome requests(const work& w) {
    std::vector<std::unique_ptr<lane>> lanes;
    for (std::size_t i = 0; i < w.connections; ++i) lanes.push_back(std::make_unique<lane>(w, i));
    outcome o;
    o.each.reserve(w.count);
    timed(o, [&] {
        std::vector<pollfd> waiting(lanes.size());
        for (;;) {
            bool left = false;
            for (std::size_t i = 0; i < lanes.size(); ++i) {
                const bool gone = lanes[i]->send();
                const bool done = lanes[i]->done();
                waiting[i] = {done ? -1 : lanes[i]->descriptor(),
                              static_cast<short>(gone ? POLLIN : POLLIN | POLLOUT), 0};
                left = left || !done;
            }
            if (!left) return;
            if (poll(waiting.data(), waiting.size(), -1) < 0) continue;
            for (std::size_t i = 0; i < lanes.size(); ++i)
                if ((waiting[i].revents & ~POLLOUT) != 0) lanes[i]->receive(o);
        }
    });
    return o;
}

// One at a time, as most write it.
outcome one_by_one(const work& w) {
    const connection c = connect(w.url);
    prepare(c.get(), get_text, &key_type, 1);
    outcome o;
    o.each.reserve(w.count);
    timed(o, [&] {
        for (std::size_t i = 0; i < w.count; ++i) {
            const auto start = steady::now();
            const std::int64_t key = in_network_order(random_key(i, w.rows));
            const char* const value = reinterpret_cast<const char*>(&key);
            const int length = sizeof key, binary = 1;
            const result r(PQexecPrepared(c.get(), "s", 1, &value, &length, &binary, 1));
            require(PQresultStatus(r.get()) == PGRES_TUPLES_OK && PQntuples(r.get()) == 1, c.get());
            o.ids += row_of(r.get(), 0).id;
            ++o.rows;
            o.each.push_back(std::chrono::duration<float, std::micro>(steady::now() - start).count());
        }
    });
    return o;
}

template <class I>
void append(std::string& out, I v) {
    for (int shift = static_cast<int>(sizeof v) * 8 - 8; shift >= 0; shift -= 8)
        out += static_cast<char>((static_cast<std::uint64_t>(v) >> shift) & 0xff);
}

outcome copy_in(const work& w) {
    constexpr std::size_t chunk = 64 * 1024;
    const connection c = connect(w.url);
    std::vector<prediction> rows;
    for (std::size_t i = 0; i < w.count; ++i) rows.push_back(make(i));
    outcome o;
    timed(o, [&] {
        const result begun(PQexec(c.get(), copy_text));
        require(PQresultStatus(begun.get()) == PGRES_COPY_IN, c.get());
        std::string data("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19);
        const auto send = [&] {
            require(PQputCopyData(c.get(), data.data(), static_cast<int>(data.size())) == 1, c.get());
            data.clear();
        };
        for (const prediction& p : rows) {
            const insert_values v(p);
            append(data, std::int16_t{7});
            for (std::size_t i = 0; i < v.values.size(); ++i) {
                append(data, static_cast<std::int32_t>(v.lengths[i]));
                data.append(v.values[i], static_cast<std::size_t>(v.lengths[i]));
            }
            if (data.size() >= chunk) send();
        }
        append(data, std::int16_t{-1});
        send();
        require(PQputCopyEnd(c.get(), nullptr) == 1, c.get());
        const result done(PQgetResult(c.get()));
        require(PQresultStatus(done.get()) == PGRES_COMMAND_OK, c.get());
        o.rows = std::stoul(PQcmdTuples(done.get()));
        while (const result rest{PQgetResult(c.get())}) {}
    });
    return o;
}

outcome all_rows(const work& w) {
    const connection c = connect(w.url);
    prepare(c.get(), rows_text, &key_type, 1);
    outcome o;
    std::vector<prediction> rows;
    timed(o, [&] {
        const std::int64_t key = in_network_order(static_cast<std::int64_t>(w.count));
        const char* const value = reinterpret_cast<const char*>(&key);
        const int length = sizeof key, binary = 1;
        const result r(PQexecPrepared(c.get(), "s", 1, &value, &length, &binary, 1));
        require(PQresultStatus(r.get()) == PGRES_TUPLES_OK, c.get());
        const int count = PQntuples(r.get());
        rows.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) rows.push_back(row_of(r.get(), i));
    });
    o.rows = rows.size();
    for (const prediction& p : rows) o.ids += p.id;
    return o;
}

outcome run(const work& w) {
    if (w.what == "copy") return copy_in(w);
    if (w.what == "rows") return all_rows(w);
    return w.what == "reads" && w.in_flight == 1 ? one_by_one(w) : requests(w);
}

double quantile(std::vector<float>& values, double q) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

} // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> a(argv + 1, argv + argc);
        const work w{a.at(0),
                     a.at(1),
                     std::stoul(a.at(2)),
                     std::stoul(a.at(3)),
                     std::stoul(a.at(4)),
                     std::stoul(a.at(5))};
        outcome o = run(w);
        const auto n = static_cast<double>(w.count);
        std::printf(
            R"({"ops_per_s":%.17g,"cpu_us_per_op":%.17g,"p50_us":%.17g,"p99_us":%.17g,"rows":%zu,"ids":%lld})"
            "\n",
            n / o.seconds, o.cpu * 1e6 / n, quantile(o.each, 0.5), quantile(o.each, 0.99), o.rows,
            static_cast<long long>(o.ids));
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
