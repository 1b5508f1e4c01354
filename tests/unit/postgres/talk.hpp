#pragma once
#include "postgres/pipeline.hpp"
#include "support/jobs.hpp"
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace support {

// A pipeline without a socket: what it says, and what it is told.
class talk {
public:
    explicit talk(std::size_t statements = 256)
        : talk(std::make_shared<hawser::postgres::known_types>(), statements) {}
    // One of several connections to one database.
    explicit talk(std::shared_ptr<hawser::postgres::known_types> known, std::size_t statements = 256)
        : known_(std::move(known)), pipeline_(*known_, statements) {}

    // As with postgres.group_reads.
    void group_reads() { pipeline_.group_reads(true); }
    void ask(const question& q, bool inside = false) { pipeline_.add(q.job, inside); }
    std::string said() {
        std::string bytes(pipeline_.out().view());
        pipeline_.took(bytes.size());
        written += bytes.size();
        pipeline_.out().clear();
        return bytes;
    }
    // Same, with the rest of a bulk statement, part by part.
    std::string said_all() {
        std::string all;
        do {
            all += said();
            pipeline_.feed();
        } while (!pipeline_.out().empty());
        return all;
    }
    // In pieces of `piece` bytes; 0: at once.
    bool hear(std::string_view bytes, std::size_t piece = 0) {
        bool well = true;
        while (well && !bytes.empty()) {
            const auto room = in_.room();
            std::size_t n = std::min(bytes.size(), room.size());
            if (piece > 0) n = std::min(n, piece);
            std::copy_n(bytes.data(), n, room.data());
            in_.filled(n);
            bytes.remove_prefix(n);
            well = pipeline_.receive(in_);
        }
        return well;
    }
    [[nodiscard]] bool has_ended(const question& q) {
        for (const auto& j : pipeline_.ended().answered)
            if (j == q.job) return true;
        return false;
    }
    // Queued again, for another connection.
    [[nodiscard]] bool is_unsent(const question& q) {
        for (const auto& j : pipeline_.ended().unsent)
            if (j == q.job) return true;
        return false;
    }
    // "none": it has ended well.
    [[nodiscard]] static const char* kind_of(const question& q) {
        return q.job->failure ? hawser::to_string(support::kind_of(q.job->failure)).data() : "none";
    }
    hawser::postgres::pipeline& operator*() { return pipeline_; }
    hawser::postgres::pipeline* operator->() { return &pipeline_; }

    std::uint64_t written = 0;

private:
    std::shared_ptr<hawser::postgres::known_types> known_;
    hawser::postgres::pipeline pipeline_;
    hawser::pgwire::frames in_;
};

} // namespace support
