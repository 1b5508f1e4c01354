// Whether this compiler destroys temporaries of a co_await expression twice, and whether the guard knows it.
// Seen: GCC 12.2 does, for aggregates and for closures with captures; clang 19 does not.
#include "support/catch.hpp"
#include <coroutine>
#include <exception>
#include <hawser/db/hazard.hpp>
#include <optional>
#include <string>
#include <utility>

namespace {

// Owns nothing, so that a second destruction is counted and does no harm.
struct probe {
    static inline int made = 0;
    static inline int destroyed = 0;
    probe() { ++made; }
    probe(const probe&) { ++made; }
    probe(probe&&) noexcept { ++made; }
    probe& operator=(const probe&) = default;
    ~probe() { ++destroyed; }
};

struct entity {
    int id = 0;
    probe part;
};

// Like asio::awaitable it starts when it is awaited; unlike it, it needs no executor.
class step {
public:
    struct promise_type {
        std::coroutine_handle<> awaiting;
        step get_return_object() { return step(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct resume_awaiting {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
                const auto next = h.promise().awaiting;
                return next ? next : std::noop_coroutine();
            }
            void await_resume() noexcept {}
        };
        resume_awaiting final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    step(step&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    ~step() {
        if (handle_) handle_.destroy();
    }
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) {
        handle_.promise().awaiting = awaiting;
        return handle_;
    }
    void await_resume() {}
    void run() { handle_.resume(); }

private:
    explicit step(std::coroutine_handle<promise_type> h) : handle_(h) {}
    std::coroutine_handle<promise_type> handle_;
};

step insert(const entity& row) {
    (void)row.id;
    co_return;
}
template <class Body>
step call(Body body) {
    co_await body();
}

step with_entity_temporary() {
    co_await insert(entity{.id = 1, .part = {}});
}
step with_closure_temporary() {
    probe captured;
    co_await call([captured]() -> step {
        (void)captured;
        co_return;
    });
}
step with_named_entity() {
    entity row{.id = 1, .part = {}};
    co_await insert(row);
}
step with_named_closure() {
    probe captured;
    auto body = [captured]() -> step {
        (void)captured;
        co_return;
    };
    co_await call(body);
}
step with_reference_captured() {
    probe captured;
    co_await call([&captured]() -> step {
        (void)captured;
        co_return;
    });
}

template <class Coroutine>
bool destroys_twice(Coroutine coroutine) {
    probe::made = probe::destroyed = 0;
    {
        step s = coroutine();
        s.run();
    }
    REQUIRE(probe::made > 0);
    return probe::destroyed > probe::made;
}

} // namespace

TEST_CASE("where this compiler destroys a temporary entity twice, the guard says so", "[db][hazard]") {
    const bool twice = destroys_twice(with_entity_temporary);
    CAPTURE(twice, hawser::detail::compiler_destroys_twice);
    CHECK((!twice || hawser::detail::compiler_destroys_twice));
}

TEST_CASE("where this compiler destroys a temporary closure twice, the guard says so", "[db][hazard]") {
    const bool twice = destroys_twice(with_closure_temporary);
    CAPTURE(twice, hawser::detail::compiler_destroys_twice);
    CHECK((!twice || hawser::detail::compiler_destroys_twice));
}

TEST_CASE("what is named before co_await is destroyed once, and so are closures of references",
          "[db][hazard]") {
    CHECK_FALSE(destroys_twice(with_named_entity));
    CHECK_FALSE(destroys_twice(with_named_closure));
    CHECK_FALSE(destroys_twice(with_reference_captured));
}

TEST_CASE("the guard refuses temporaries with something to destroy, and nothing else", "[db][hazard]") {
    using hawser::detail::hazardous;
    constexpr bool guarded = hawser::detail::compiler_destroys_twice;
    STATIC_REQUIRE(hazardous<entity> == guarded);
    STATIC_REQUIRE(hazardous<std::string> == guarded);
    STATIC_REQUIRE_FALSE(hazardous<entity&>);
    STATIC_REQUIRE_FALSE(hazardous<const entity&>);
    STATIC_REQUIRE_FALSE(hazardous<int>);
    int n = probe::made;
    const auto by_reference = [&n] { return n; };
    STATIC_REQUIRE_FALSE(hazardous<std::remove_const_t<decltype(by_reference)>>);
}
