#pragma once
// Rows for a bulk statement: their numbers, and a text of any length.
#include "wire.hpp"
#include <hawser/core/row.hpp>
#include <memory>
#include <string>
#include <vector>

namespace wire {

class numbers {
public:
    explicit numbers(std::size_t count, std::size_t length = 0) : rows_(std::make_unique<source>()) {
        rows_->count = count;
        rows_->padding.assign(length, 'x');
        rows_->keys.assign(count, 0);
    }
    // A job that inserts them, with keys that the server makes.
    [[nodiscard]] question inserted() const {
        question q(hawser::engine::batch_mode::atomic);
        auto& r = q.job->batch.requests.emplace_back();
        r.what = &insert().what;
        r.bulk = rows_.get();
        r.generates_key = true;
        return q;
    }
    [[nodiscard]] const std::vector<std::int64_t>& keys() const { return rows_->keys; }

    static const known_statement& insert() {
        static const known_statement s("insert into t (v, s) select a, b from unnest($1::bigint[], "
                                       "$2::text[]) with ordinality as x(a, b, o) order by o returning id");
        return s;
    }

private:
    struct source final : hawser::row_source {
        std::size_t count = 0;
        std::string padding;
        std::vector<std::int64_t> keys;
        [[nodiscard]] std::size_t size() const override { return count; }
        void encode(std::size_t index, hawser::parameters& to) const override {
            to.integer(static_cast<std::int64_t>(index));
            to.text(padding);
        }
        void assigned(std::size_t index, std::int64_t key) override { keys.at(index) = key; }
    };
    std::unique_ptr<source> rows_;
};

// What a server says to a part of such an insert whose keys are [first, first + count).
inline std::string keys_given(std::int64_t first, std::int64_t count) {
    std::string all = pg::bind_complete();
    for (std::int64_t i = 0; i < count; ++i) all += number_row(first + i);
    return all + pg::command_complete("INSERT 0 " + std::to_string(count));
}
inline std::string insert_described() {
    return pg::parse_complete() + pg::parameter_description({1016, 1009}) +
           pg::row_description({{"id", int8}});
}

} // namespace wire
