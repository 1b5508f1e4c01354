#pragma once
// A conversation with a protocol machine, without a network: what it has to say, and what the server answers.
#include "support/catch.hpp"
#include "support/wire_bytes.hpp"
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <pgwire/frame.hpp>
#include <pgwire/output.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

// For machines with begin(out), take(frame, out), written(out), closed() and broken(), all of which give an
// enum class step { write, read, done, failed, .. }: see pgwire/fsm/startup.hpp.
class wire_script {
public:
    // The machine writes exactly these bytes, at once.
    wire_script& sends(std::string bytes) {
        turns_.push_back({std::move(bytes), {}});
        return *this;
    }
    // Then the server says this. What it says before the machine's next bytes is joined.
    wire_script& hears(std::string bytes) {
        turns_.back().server += bytes;
        return *this;
    }

    // Runs the script whole, and in pieces of 1, 2 and 7 bytes; each time `judge` gets the machine and its last step,
    // and all must have been said. Then for each byte of the server's with nothing behind it but the end of the
    // connection: each time `interrupted` gets the machine, which has to have failed.
    template <class Make, class Judge, class Interrupted>
    void replay(const Make& make, const Judge& judge, const Interrupted& interrupted) const {
        for (const std::size_t piece : {whole, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
            INFO("in pieces of " << piece);
            auto machine = make();
            const auto last = run(machine, piece, whole, true);
            judge(machine, last);
        }
        for (std::size_t cut = 0; cut < server_bytes(); ++cut) {
            INFO("the connection ends after " << cut << " bytes of " << server_bytes());
            auto machine = make();
            const auto last = run(machine, whole, cut, false);
            CHECK(last == decltype(last)::failed);
            interrupted(machine);
        }
    }

    // Once, in pieces of so many bytes.
    template <class Machine>
    auto run(Machine& machine, std::size_t piece = whole) const {
        return run(machine, piece, whole, true);
    }

    // Once, until the machine has enough of it: what the server would say then is not judged.
    template <class Machine>
    auto run_some(Machine& machine) const {
        return run(machine, whole, whole, false);
    }

    [[nodiscard]] std::size_t server_bytes() const {
        std::size_t n = 0;
        for (const turn& t : turns_) n += t.server.size();
        return n;
    }

    static constexpr std::size_t whole = std::numeric_limits<std::size_t>::max();

private:
    struct turn {
        std::string client;
        std::string server;
    };

    template <class Machine>
    auto run(Machine& machine, std::size_t piece, std::size_t cut, bool to_the_end) const {
        hawser::pgwire::frames in;
        hawser::pgwire::output out;
        hawser::pgwire::frame message;
        std::size_t turns = 0;
        std::string_view said; // by the server, and not read yet
        auto step = machine.begin(out);
        using next = decltype(step);
        while (step == next::write || step == next::read) {
            if (step == next::write) {
                const std::string expected = turns < turns_.size() ? turns_[turns].client : "nothing";
                CHECK(shown(out) == shown(expected));
                CHECK(said.empty()); // it does not speak before it has heard all
                if (shown(out) != shown(expected)) return machine.closed();
                machine.written(out);
                CHECK(out.empty());
                said = turns_[turns++].server;
            }
            CHECK(out.empty()); // what it wants to say it says at once
            auto got = in.next(message);
            for (; got == hawser::pgwire::frames::step::more; got = in.next(message)) {
                const auto room = in.room();
                const std::size_t n = std::min({room.size(), said.size(), piece, cut});
                if (n == 0) return machine.closed();
                std::memcpy(room.data(), said.data(), n);
                in.filled(n);
                said.remove_prefix(n);
                cut -= cut == whole ? 0 : n;
            }
            if (got == hawser::pgwire::frames::step::broken) return machine.broken();
            step = machine.take(message, out);
        }
        if (to_the_end) {
            CHECK(turns == turns_.size());
            CHECK(said.size() + in.waiting() == 0);
        }
        return step;
    }

    std::vector<turn> turns_;
};

} // namespace support
