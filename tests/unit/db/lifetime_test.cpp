// What callers give is theirs again as soon as the contract says so; AddressSanitizer watches.
#include "cancellation.hpp"
#include "on_each_market.hpp"
#include <set>

using namespace market;

namespace {

// Text on the heap that is overwritten when it goes, for builds that nobody watches.
class fleeting {
public:
    explicit fleeting(const std::string& text) : size_(text.size()), text_(new char[text.size()]) {
        text.copy(text_.get(), size_);
    }
    ~fleeting() { std::fill_n(text_.get(), size_, '#'); }
    fleeting(const fleeting&) = delete;
    fleeting& operator=(const fleeting&) = delete;
    [[nodiscard]] std::string_view view() const noexcept { return {text_.get(), size_}; }

private:
    std::size_t size_;
    std::unique_ptr<char[]> text_;
};

const std::string longest(300, 'n');

task<std::string> note_of(hawser::database db, std::string symbol) {
    const position p =
        co_await hawser::repository<position>{db}.where(col<&position::symbol> == symbol).one();
    co_return p.note.value_or("");
}

// The names of statements as they ended.
struct names final : hawser::observer {
    void on(const hawser::statement_ended& e) noexcept override {
        const std::lock_guard lock(mutex);
        seen.emplace(e.name);
    }
    std::mutex mutex;
    std::set<std::string, std::less<>> seen;
};

} // namespace

TEST_CASE("strings and options that a call is given may be gone when it has returned", "[db]") {
    names watch;
    on_each_market(
        [&](hawser::database db) -> task<> {
            hawser::repository<position> positions{db};
            position p = make_position("P");
            co_await positions.insert(p);
            auto note = std::make_optional<fleeting>(longest);
            auto name = std::make_optional<fleeting>("the.name.of.a.call.that.is.long");
            auto execute = db.with({.name = name->view()})
                               .execute<"update positions set note = $1 where symbol = 'P'">(note->view());
            name.reset();
            note.reset();
            co_await std::move(execute);
            const std::string executed = co_await note_of(db, "P");
            CHECK(executed == longest);

            auto text =
                std::make_unique<hawser::sql>("update positions set note = $1 || '!' where symbol = $2");
            note.emplace(longest);
            auto symbol = std::make_optional<fleeting>("P");
            auto run_time = db.execute(*text, note->view(), symbol->view());
            text.reset();
            note.reset();
            symbol.reset();
            co_await std::move(run_time);
            const std::string run = co_await note_of(db, "P");
            CHECK(run == longest + "!");

            auto patch = std::make_unique<std::string>(longest + "?");
            auto patched = positions.update(p.id, hawser::set<&position::note>(*patch));
            patch.reset();
            co_await std::move(patched);
            const std::string after = co_await note_of(db, "P");
            CHECK(after == longest + "?");

            auto wanted = std::make_unique<std::string>(longest + "?");
            auto found = positions.where(col<&position::note> == *wanted).all();
            wanted.reset();
            const auto rows = co_await std::move(found);
            CHECK(rows.size() == 1);

            auto lines = std::make_unique<std::string>("update positions set note = 'by script'");
            auto script = db.run_script(*lines);
            lines.reset();
            co_await std::move(script);
            const std::string scripted = co_await note_of(db, "P");
            CHECK(scripted == "by script");

            name.emplace("the.name.of.a.transaction.that.is.long");
            auto begun = db.begin({.name = name->view()});
            name.reset();
            hawser::transaction tx = co_await std::move(begun);
            co_await hawser::repository<position>{tx}.count();
            co_await tx.rollback();
            const auto late = co_await error_of(hawser::repository<position>{tx}.count());
            CHECK_THAT(std::string(late.what()),
                       support::contains_text("the.name.of.a.transaction.that.is.long"));
        },
        {.observer = &watch});
    CHECK(watch.seen.contains("the.name.of.a.call.that.is.long"));
}

TEST_CASE("what a unit of work is given may be gone when it is registered", "[db]") {
    on_each_market(everywhere(), [](hawser::database db) -> task<> {
        hawser::unit_of_work unit{db};
        {
            auto p = std::make_unique<position>(make_position("P"));
            p->note = longest;
            unit.insert(*p);
            auto text = std::make_unique<std::string>("P");
            unit.update<position>(col<&position::symbol> == *text, hawser::set<&position::quantity>(5));
        }
        co_await unit.commit();
        const std::string note = co_await note_of(db, "P");
        CHECK(note == longest);
        const auto quantity = co_await hawser::repository<position>{db}.one();
        CHECK(quantity.quantity == 5);
    });
}

TEST_CASE("rows may be freed by whoever is resumed, while the writer goes on with others", "[db]") {
    on_each_market([](hawser::database db) -> task<> {
        asio::io_context io;
        constexpr int many = 300;
        int failed = 0;
        const auto insert_and_free = [](hawser::database on, int n) -> task<> {
            auto p = std::make_unique<position>(make_position("S" + std::to_string(n)));
            p->note = longest + std::to_string(n);
            hawser::repository<position> positions{on};
            if (n % 3 == 0) {
                std::vector<position> rows{*p};
                p.reset();
                co_await positions.bulk_insert(rows);
            } else {
                co_await positions.insert(*p);
                p.reset();
            }
        };
        for (int n = 0; n < many; ++n)
            asio::co_spawn(io, insert_and_free(db, n), [&](std::exception_ptr e) { failed += e ? 1 : 0; });
        io.run();
        CHECK(failed == 0);
        const auto rows = co_await hawser::repository<position>{db}.all();
        CHECK(rows.size() == many);
        bool same = true;
        for (const auto& r : rows) same = same && r.note == longest + r.symbol.substr(1);
        CHECK(same);
    });
}

TEST_CASE("a write that is run again is whole although its caller has been destroyed meanwhile",
          "[db][concurrency]") {
    quiet_market m;
    auto holder = hawser::run(m.db->begin());
    cancellable survivor;
    const auto insert_long = [](hawser::database db) -> task<> {
        auto q = std::make_unique<position>(make_position("Q"));
        q->note = longest;
        q->quantity = 4;
        co_await hawser::repository<position>{db}.insert(*q);
    };
    const auto offend = [](hawser::database db) -> task<> {
        co_await db.execute<"insert or rollback into positions select * from positions where symbol = 'P'">();
    };
    survivor.start(insert_long(*m.db));
    cancellable offender;
    offender.start(offend(*m.db));
    m.at.close("insert or rollback");
    hawser::run(holder.commit());
    m.at.wait_for_thread(); // the insert has run, in the group that the offender is about to end
    survivor.io.reset();
    m.at.open();
    CHECK(offender.end() != "done");
    position z = make_position("Z");
    hawser::run(hawser::repository<position>{*m.db}.insert(z));
    CHECK(m.content() == "P:0 Q:4 Z:0");
    const auto note = hawser::run(note_of(*m.db, "Q"));
    CHECK(note == longest);
    CHECK(m.at_rest());
}
