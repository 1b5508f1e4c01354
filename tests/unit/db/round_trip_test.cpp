#include "on_each_market.hpp"
#include <random>

using hawser::decimal;
using hawser::task;
using market::side;

namespace {

// Every mapped type, plain and optional.
struct everything {
    std::int64_t id{};
    bool flag{};
    std::int8_t i8{};
    std::int16_t i16{};
    std::int32_t i32{};
    std::int64_t i64{};
    std::uint8_t u8{};
    std::uint16_t u16{};
    std::uint32_t u32{};
    float f{};
    double d{};
    std::string text{};
    hawser::timestamp at{};
    decimal<18, 8> money{};
    decimal<1, 0> digit{};
    decimal<18, 18> fraction{};
    market::side side{};
    hawser::json_text json{};
    std::optional<bool> maybe_flag{};
    std::optional<std::int64_t> maybe_i64{};
    std::optional<double> maybe_d{};
    std::optional<std::string> maybe_text{};
    std::optional<hawser::timestamp> maybe_at{};
    std::optional<decimal<18, 8>> maybe_money{};
    std::optional<market::side> maybe_side{};
    std::optional<hawser::json_text> maybe_json{};

    bool operator==(const everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(everything, (),
                      (id, flag, i8, i16, i32, i64, u8, u16, u32, f, d, text, at, money, digit, fraction,
                       side, json, maybe_flag, maybe_i64, maybe_d, maybe_text, maybe_at, maybe_money,
                       maybe_side, maybe_json))
consteval auto hawser_table(hawser::of<everything>) {
    return hawser::table<everything>("everything", hawser::primary_key<&everything::id>.generated());
}

class generator {
public:
    // For PostgreSQL: texts without zero bytes, times from 4713 BC on, and documents as jsonb writes them.
    explicit generator(bool postgres) : postgres_(postgres) {}

    // An edge every third time, else anything.
    template <class V>
    V number() {
        switch (random_() % 9) {
        case 0: return std::numeric_limits<V>::lowest();
        case 1: return std::numeric_limits<V>::max();
        case 2: return V{};
        default:
            if constexpr (std::is_floating_point_v<V>)
                return static_cast<V>(std::normal_distribution<double>(0, 1e6)(random_));
            else
                return static_cast<V>(random_());
        }
    }
    template <class D>
    D exact() {
        const auto span = static_cast<std::uint64_t>(D::max().scaled());
        const auto scaled = static_cast<std::int64_t>(random_() % (span + 1));
        switch (random_() % 6) {
        case 0: return D::max();
        case 1: return D::min();
        default: return D::from_scaled(random_() % 2 ? scaled : -scaled);
        }
    }
    std::string text() {
        static constexpr const char* pieces[] = {"a", "'", "\"", "\\", "%", "\xC3\xA9", "\xF0\x9F\x9A\x80",
                                                 " ", "\n"};
        std::string out;
        for (std::size_t n = random_() % 40; n > 0; --n) out += pieces[random_() % std::size(pieces)];
        if (random_() % 5 == 0 && !postgres_) out.push_back('\0');
        if (random_() % 20 == 0) out.append(5000, 'x');
        return out;
    }
    template <class V>
    std::optional<V> maybe(V v) {
        return random_() % 2 ? std::optional<V>(std::move(v)) : std::nullopt;
    }
    bool coin() { return random_() % 2 == 0; }
    hawser::timestamp instant() {
        const auto any = number<std::int64_t>();
        return hawser::timestamp(
            std::chrono::microseconds(postgres_ ? std::max(any, std::int64_t(-210866803200000000)) : any));
    }
    hawser::json_text json() {
        return hawser::json_text("[" + std::to_string(number<int>()) +
                                 (postgres_ ? ", {\"a\": \"\xC3\xA9\"}]" : R"(,{"a":"\u00e9"}])"));
    }

    everything row() {
        everything e;
        e.flag = coin();
        e.i8 = number<std::int8_t>();
        e.i16 = number<std::int16_t>();
        e.i32 = number<std::int32_t>();
        e.i64 = number<std::int64_t>();
        e.u8 = number<std::uint8_t>();
        e.u16 = number<std::uint16_t>();
        e.u32 = number<std::uint32_t>();
        e.f = number<float>();
        e.d = number<double>();
        e.text = text();
        e.at = instant();
        e.money = exact<decimal<18, 8>>();
        e.digit = exact<decimal<1, 0>>();
        e.fraction = exact<decimal<18, 18>>();
        e.side = coin() ? side::buy : side::sell;
        e.json = json();
        e.maybe_flag = maybe(coin());
        e.maybe_i64 = maybe(number<std::int64_t>());
        e.maybe_d = maybe(number<double>());
        e.maybe_text = maybe(text());
        e.maybe_at = maybe(instant());
        e.maybe_money = maybe(exact<decimal<18, 8>>());
        e.maybe_side = maybe(coin() ? side::buy : side::sell);
        e.maybe_json = maybe(json());
        return e;
    }

private:
    bool postgres_;
    std::mt19937_64 random_{20261};
};

} // namespace

TEST_CASE("random structs come back as they went in, by every way in", "[db]") {
    market::on_each_with<everything>(support::each_engine(), [](hawser::database db) -> task<> {
        hawser::repository<everything> rows{db};
        generator make(market::is_postgres(db));
        for (int i = 0; i < 100; ++i) {
            everything e = make.row();
            co_await rows.insert(e);
            const everything back = co_await rows.get(e.id);
            REQUIRE(back == e);
            everything changed = make.row();
            changed.id = e.id;
            co_await rows.update(changed);
            const everything updated = co_await rows.get(e.id);
            REQUIRE(updated == changed);
        }
        std::vector<everything> many(173);
        for (everything& e : many) e = make.row();
        const auto ids = co_await rows.bulk_insert(many);
        for (std::size_t i = 0; i < many.size(); ++i) {
            many[i].id = ids[i];
            const everything back = co_await rows.get(ids[i]);
            REQUIRE(back == many[i]);
        }
        hawser::unit_of_work unit{db};
        const auto pending = unit.insert(many[7]);
        co_await unit.commit();
        const everything back = co_await rows.get(pending.id().value());
        REQUIRE(back == pending.row());
    });
}
