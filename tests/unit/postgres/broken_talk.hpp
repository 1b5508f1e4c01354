#pragma once
// A conversation of a pipeline with a server, and the same again with the network failing at each of its bytes.
#include "engine/answer.hpp"
#include "support/catch.hpp"
#include "wire.hpp"
#include <algorithm>
#include <functional>
#include <hawser/async/gate.hpp>
#include <string>
#include <utility>
#include <vector>

namespace wire {

// How far it came: bytes of the client's that have left, and of the server's that were heard.
struct reach {
    std::size_t left;
    std::size_t heard;

    // Whether the server may have acted on a unit that ends there: at its last Execute, without the Sync.
    [[nodiscard]] bool may_have_run(std::size_t end_of_unit) const {
        return left + pg::sync().size() >= end_of_unit;
    }
};

// What becomes of a job: "again" where it is queued for another connection, else what told() says.
struct fate {
    std::size_t sent;     // bytes that it and all before it have
    std::size_t answered; // bytes that were heard once its end is known
    std::string unsent, lost, done;
    bool is_script = false; // of which the last byte counts

    [[nodiscard]] std::string at(const reach& r) const {
        if (r.heard >= answered) return done;
        return (is_script ? r.left >= sent : r.may_have_run(sent)) ? lost : unsent;
    }
};
using judge = std::function<std::string(const reach&)>;

inline std::string told(const question& q) {
    std::string kinds = kind_of(q.job->failure);
    if (q.job->batch.mode == hawser::engine::batch_mode::independent && !q.job->failure)
        for (const auto& r : q.job->batch.requests) kinds += "," + kind_of(r.failure);
    return kinds;
}

class broken_talk {
public:
    // The jobs are asked for together, all their bytes are these, and then the server says that.
    struct turn {
        std::vector<question> asked;
        std::string client;
        std::string server;
    };
    struct scene {
        bool leased = false;
        bool inside = false;  // a transaction of the lease's own
        bool grouped = false; // reads share a Sync
        std::vector<turn> turns{};
        std::vector<judge> fates{}; // of the jobs, in their order
        std::shared_ptr<void> kept{};
    };
    using maker = std::function<scene()>;

    explicit broken_talk(maker make) : make_(std::move(make)) {}

    // Whole, in pieces of any size; then cut behind each byte of both sides. Each time every job has ended once, as it
    // was to end, nothing is under way any more, and all room was given back.
    void replay() const {
        const scene whole = make_();
        for (const std::size_t piece : {0u, 1u, 2u, 7u}) {
            INFO("in pieces of " << piece);
            run({.turn = whole.turns.size()}, piece);
        }
        for (std::size_t t = 0; t < whole.turns.size(); ++t) {
            const std::size_t all = whole.turns[t].client.size();
            for (const std::size_t left : cuts_of(whole.turns[t].client)) run({.turn = t, .left = left}, 0);
            for (const std::size_t heard : cuts_of(whole.turns[t].server))
                run({.turn = t, .left = all, .heard = heard}, 0);
        }
    }

private:
    struct cut {
        std::size_t turn;
        std::size_t left = 0;
        std::size_t heard = 0;
    };

    // Each byte; of a long text the ends of the messages and each byte of their headers, but not of one that stands
    // between others of its kind.
    static std::vector<std::size_t> cuts_of(std::string_view bytes) {
        std::vector<std::size_t> all;
        constexpr std::size_t longest = 2000;
        if (bytes.size() <= longest) {
            for (std::size_t n = 0; n <= bytes.size(); ++n) all.push_back(n);
            return all;
        }
        const auto end_of = [&](std::size_t at) {
            std::size_t length = 0;
            for (std::size_t i = 1; i < 5; ++i)
                length = length * 256 + static_cast<unsigned char>(bytes[at + i]);
            return at + 1 + length;
        };
        char before = 0;
        for (std::size_t at = 0; at < bytes.size(); at = end_of(at)) {
            const std::size_t end = end_of(at);
            const char type = bytes[at];
            if (type != before || end == bytes.size() || bytes[end] != type)
                for (const std::size_t n : {at, at + 1, at + 4, at + 5, end - 1}) all.push_back(n);
            before = type;
        }
        all.push_back(bytes.size());
        return all;
    }

    void run(const cut& at, std::size_t piece) const {
        const scene play = make_();
        hawser::async::gate room({.count = 1000, .bytes = 1000000});
        talk t;
        t->lend(play.leased);
        if (play.grouped) t.group_reads();
        reach reached{0, 0};
        std::vector<question> asked;
        for (std::size_t i = 0; i < play.turns.size() && i <= at.turn; ++i) {
            const turn& now = play.turns[i];
            for (const question& q : now.asked) {
                q.job->weight = 1;
                REQUIRE(room.try_enter(1));
                asked.push_back(q);
                t.ask(q, play.inside && q.job->what != hawser::engine::verb::begin);
            }
            const std::string said = t.said_all();
            if (said != now.client) CHECK(pg::hex(said) == pg::hex(now.client));
            const bool last = i == at.turn;
            reached.left += last ? at.left : now.client.size();
            const std::string_view heard =
                std::string_view(now.server).substr(0, last ? at.heard : now.server.size());
            reached.heard += heard.size();
            if (!t.hear(heard, piece)) FAIL("it does not believe the server: " << t->why());
        }
        INFO(reached.left << " bytes have left, " << reached.heard << " were heard");
        if (at.turn < play.turns.size()) t->lose("it broke", reached.left);
        if (t->in_flight() != 0) CHECK(t->in_flight() == 0);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const std::string became = times_in(t, asked[i]) != 1
                                           ? "ended " + std::to_string(times_in(t, asked[i])) + " times"
                                       : t.is_unsent(asked[i]) ? "again"
                                                               : told(asked[i]);
            const std::string expected = play.fates.at(i)(reached);
            if (became == expected) continue;
            INFO("job " << i);
            CHECK(became == expected);
        }
        give_back(t, room);
        if (room.count().inside != 0) CHECK(room.count().inside == 0);
        if (room.count().bytes != 0) CHECK(room.count().bytes == 0);
    }

    static std::size_t times_in(talk& t, const question& q) {
        const auto& ended = t->ended();
        const auto in = [&](const auto& list) {
            return static_cast<std::size_t>(std::count(list.begin(), list.end(), q.job));
        };
        return in(ended.answered) + in(ended.unsent) + in(ended.dropped);
    }

    // What is to be sent again goes to other connections, which break as well.
    static void give_back(talk& t, hawser::async::gate& room) {
        const auto end = [&](hawser::postgres::pipeline& p) {
            hawser::engine::answer(p.ended().answered, room);
            for (const auto& j : p.ended().dropped) hawser::engine::drop(j, room);
            return std::exchange(p.ended().unsent, {});
        };
        auto unsent = end(*t);
        for (int i = 0; i < 2 && !unsent.empty(); ++i) {
            talk next;
            for (const auto& j : unsent) next->add(j);
            next.said_all();
            next->lose("it broke as well", next.written);
            unsent = end(*next);
        }
        if (!unsent.empty()) CHECK(unsent.empty());
    }

    maker make_;
};

// The usual one, for jobs that are asked for first of all.
inline judge like(fate f) {
    return [f = std::move(f)](const reach& r) { return f.at(r); };
}

} // namespace wire
