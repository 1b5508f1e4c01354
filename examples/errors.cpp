// What fails is thrown, or told as a value; either way it says what happened.
#include <hawser/hawser.hpp>
#include <iostream>

struct user {
    std::int64_t id{};
    std::string name{}, email{};
};
BOOST_DESCRIBE_STRUCT(user, (), (id, name, email))
consteval auto hawser_table(hawser::of<user>) {
    return hawser::table<user>("users", hawser::primary_key<&user::id>.generated(),
                               hawser::unique<&user::email>.named("users_email_uq"),
                               hawser::validate<&user::name>(hawser::not_empty, hawser::max_length(8)),
                               hawser::validate<&user::email>(hawser::not_empty));
}

hawser::task<> errors() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.create_tables<user>();
    const hawser::repository<user> users{db};
    user first{.name = "first", .email = "a@example.com"}, second{.name = "second", .email = "a@example.com"};
    co_await users.insert(first);

    // [as-value]
    const hawser::outcome<void> stored = co_await hawser::as_result(users.insert(second));
    if (!stored && stored.error().violates<&user::email>())
        std::cout << stored.error().id() << ' ' << stored.error().info().constraint << '\n';
    // [/as-value]

    // [violations]
    try {
        user wrong{.name = "much too long"};
        co_await users.insert(wrong); // nothing is sent
    } catch (const hawser::validation_error& e) {
        for (const hawser::violation& v : e.violations())
            std::cout << v.field << ' ' << v.rule << ": " << v.message << '\n';
    }
    // [/violations]

    // [classes]
    try {
        co_await users.get(4711);
    } catch (const hawser::not_found& e) {
        std::cout << e.id() << ' ' << hawser::user_message(e) << '\n'; // safe to show
    } catch (const hawser::connection_error& e) { // what() is for the log: no values of rows in it
        std::cerr << e.what() << (e.may_have_executed() ? ", but it may be stored\n" : "\n");
    }
    // [/classes]
    co_await db.close();
}

int main() {
    hawser::run(errors());
}

// prints:
//   DB_CON_001 users_email_uq
//   name max_length: must have at most 8 characters
//   email not_empty: must not be empty
//   DB_QRY_002 The record was not found.
