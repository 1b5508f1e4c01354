#include <hawser/hawser.hpp>

#include <iostream>

namespace {

hawser::task<> open_and_close() {
    hawser::database db = co_await hawser::open("sqlite::memory:");
    co_await db.ping();
    co_await db.close();
}

} // namespace

int main() {
    hawser::run(open_and_close());
    std::cout << "ok\n";
}
