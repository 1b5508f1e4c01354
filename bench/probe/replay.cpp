// PostgreSQL with next to no client: bytes that were made before, on plain sockets.
#include "postgres/bytes.hpp"
#include "probe/postgres.hpp"
#include "support/postgres_bytes.hpp"
#include "support/raw_postgres.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <hawser/core/url.hpp>
#include <memory>
#include <poll.h>
#include <pgwire/input.hpp>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>

namespace {

using steady = std::chrono::steady_clock;
using hawser::pgwire::input;
using probe::postgres_told;
using probe::postgres_work;
using support::raw_postgres;
namespace pg = support::pg;

support::postgres_address address_of(const std::string& url) {
    const hawser::database_url u = hawser::parse_url(url);
    return {u.hosts.at(0).host, u.hosts.at(0).port, u.user, u.database, {}};
}

void prepare(raw_postgres& on, std::string_view sql, std::span<const std::uint32_t> types) {
    on.send(pg::parse("s", sql, {types.begin(), types.end()}) + pg::sync());
    if (types_of(on.until_ready()) != "1Z") throw std::runtime_error("the statement was refused");
}

// Messages that have come, and what is of interest in them.
class answers {
public:
    explicit answers(int socket) : socket_(socket), buffer_(256 * 1024) {}

    std::size_t ready = 0; // since it was last set to 0
    std::size_t rows = 0;
    std::int64_t ids = 0;

    // Reads once.
    void take() {
        const ssize_t got = ::recv(socket_, buffer_.data() + size_, buffer_.size() - size_, 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
        if (got <= 0) throw std::runtime_error("the server has ended the connection");
        size_ += static_cast<std::size_t>(got);
        std::size_t at = 0;
        for (std::size_t whole = 0; (whole = message(at)) > 0;) at += whole;
        size_ -= at;
        std::memmove(buffer_.data(), buffer_.data() + at, size_);
    }

private:
    // Its size; 0: it is not whole.
    std::size_t message(std::size_t at) {
        if (size_ - at < 5) return 0;
        input in({buffer_.data() + at, size_ - at});
        const char type = in.byte();
        const std::size_t whole = std::size_t{in.integer<std::uint32_t>()} + 1;
        if (whole > size_ - at) return 0;
        if (type == 'Z') ++ready;
        if (type == 'E') throw std::runtime_error("the server refuses");
        if (type == 'D') {
            ++rows;
            in.take(6); // number of columns, length of the first
            ids += in.integer<std::int64_t>();
        }
        return whole;
    }

    int socket_;
    std::vector<char> buffer_;
    std::size_t size_ = 0;
};

// The requests of one connection, always so many of them on their way.
class stream {
public:
    stream(const postgres_work& w, std::size_t number)
        : server_(address_of(w.url)), answers_(server_.descriptor()), depth_(w.in_flight / w.connections) {
        const bool reads = w.what == "reads";
        prepare(server_, reads ? bench::text::get : bench::text::insert,
                reads ? std::span<const std::uint32_t>(key_type) : bench::insert_types());
        for (std::size_t i = number; i < w.count; i += w.connections) {
            begins_.push_back(bytes_.size());
            if (reads)
                bench::append_get(bytes_, bench::random_key(i, w.rows));
            else
                bench::append_insert(bytes_, bench::make_prediction(i));
        }
        begins_.push_back(bytes_.size());
        sent_at_.resize(count());
    }

    [[nodiscard]] std::size_t count() const noexcept { return begins_.size() - 1; }
    [[nodiscard]] bool done() const noexcept { return answered_ == count(); }
    [[nodiscard]] int descriptor() const noexcept { return server_.descriptor(); }
    [[nodiscard]] const answers& all() const noexcept { return answers_; }

    // All that may go, by one write.
    void send() {
        const std::size_t until = std::min(answered_ + depth_, count());
        if (until == sent_) return;
        const auto now = steady::now();
        std::fill(sent_at_.begin() + at(sent_), sent_at_.begin() + at(until), now);
        server_.send(std::string_view(bytes_).substr(begins_[sent_], begins_[until] - begins_[sent_]));
        sent_ = until;
    }
    void receive(bench::latencies& each) {
        answers_.ready = 0;
        answers_.take();
        const auto now = steady::now();
        for (std::size_t i = 0; i < answers_.ready; ++i, ++answered_)
            each.push_back(std::chrono::duration<float, std::micro>(now - sent_at_[answered_]).count());
    }

private:
    static constexpr std::array<std::uint32_t, 1> key_type{20};
    static std::ptrdiff_t at(std::size_t i) noexcept { return static_cast<std::ptrdiff_t>(i); }

    raw_postgres server_;
    answers answers_;
    std::size_t depth_;
    std::string bytes_;
    std::vector<std::size_t> begins_; // of each request, and the end
    std::vector<steady::time_point> sent_at_;
    std::size_t sent_ = 0;
    std::size_t answered_ = 0;
};

postgres_told requests(const postgres_work& w) {
    std::vector<std::unique_ptr<stream>> streams;
    for (std::size_t i = 0; i < w.connections; ++i) streams.push_back(std::make_unique<stream>(w, i));
    postgres_told told;
    told.figures = bench::measure(w.count, [&](bench::latencies& each) {
        each.reserve(w.count);
        std::vector<pollfd> waiting(streams.size());
        for (;;) {
            bool left = false;
            for (std::size_t i = 0; i < streams.size(); ++i) {
                streams[i]->send();
                const bool done = streams[i]->done();
                waiting[i] = {done ? -1 : streams[i]->descriptor(), POLLIN, 0};
                left = left || !done;
            }
            if (!left) return;
            if (streams.size() > 1) { // one alone waits within its read
                if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
            } else
                waiting[0].revents = POLLIN;
            for (std::size_t i = 0; i < streams.size(); ++i)
                if (waiting[i].revents != 0) streams[i]->receive(each);
        }
    });
    for (const auto& s : streams) {
        told.rows += s->all().rows;
        told.ids += s->all().ids;
    }
    return told;
}

postgres_told copy_in(const postgres_work& w) {
    raw_postgres server(address_of(w.url));
    const std::string bytes = bench::copy_bytes(bench::make_predictions(w.count));
    postgres_told told;
    told.figures = bench::measure(w.count, [&](bench::latencies&) {
        server.send(pg::query(bench::text::copy));
        if (server.receive().type != 'G') throw std::runtime_error("COPY was refused");
        server.send(bytes);
        const auto answer = server.until_ready();
        if (types_of(answer) != "CZ") throw std::runtime_error("COPY failed");
    });
    told.rows = w.count;
    return told;
}

postgres_told drain(const postgres_work& w) {
    raw_postgres server(address_of(w.url));
    constexpr std::array<std::uint32_t, 1> key_type{20};
    prepare(server, bench::text::rows, key_type);
    std::string request;
    bench::append_get(request, static_cast<std::int64_t>(w.count));
    answers all(server.descriptor());
    postgres_told told;
    told.figures = bench::measure(w.count, [&](bench::latencies&) {
        server.send(request);
        while (all.ready == 0) all.take();
    });
    told.rows = all.rows;
    told.ids = all.ids;
    return told;
}

} // namespace

probe::postgres_told probe::replay(const postgres_work& w) {
    if (w.what == "copy") return copy_in(w);
    return w.what == "rows" ? drain(w) : requests(w);
}
