// A line server on the program's own io_context: "PUT symbol price" stores, "GET symbol" tells the last price.
// usage: asio_server URL; prints its port; ends on SIGINT or SIGTERM.
#include <boost/asio.hpp>
#include <hawser/hawser.hpp>
#include <iostream>
#include <sstream>

namespace asio = boost::asio;
using tcp_socket = asio::use_awaitable_t<>::as_default_on_t<asio::ip::tcp::socket>;
using tcp_acceptor = asio::use_awaitable_t<>::as_default_on_t<asio::ip::tcp::acceptor>;

struct price {
    std::string symbol;
    hawser::decimal<18, 8> value;
};
BOOST_DESCRIBE_STRUCT(price, (), (symbol, value))
consteval auto hawser_table(hawser::of<price>) {
    return hawser::table<price>("prices", hawser::primary_key<&price::symbol>);
}

// [answer]
hawser::task<std::string> answer(hawser::repository<price> prices, std::istringstream line) {
    std::string verb, symbol, value;
    line >> verb >> symbol >> value;
    if (verb == "GET") {
        const auto last = co_await prices.find(symbol);
        co_return last ? "OK " + last->value.to_string() : "NONE";
    }
    if (verb != "PUT") co_return "ERROR PUT symbol price, or GET symbol";
    price p{symbol, hawser::decimal<18, 8>::parse(value)};
    co_await prices.upsert(p); // on disk when this returns
    co_return "OK";
}
// [/answer]

// [serve]
hawser::task<> serve(hawser::repository<price> prices, tcp_socket client) {
    for (std::string buffer;;) {
        const auto n = co_await asio::async_read_until(client, asio::dynamic_buffer(buffer, 1024), '\n');
        std::istringstream line(buffer.substr(0, n));
        const auto reply = co_await hawser::as_result(answer(prices, std::move(line)));
        auto text = reply ? *reply : "ERROR " + std::string(hawser::user_message(reply.error()));
        buffer.erase(0, n);
        co_await asio::async_write(client, asio::buffer(text += '\n'));
    }
}

hawser::task<> accept(hawser::repository<price> prices, tcp_acceptor door) {
    for (;;) {
        auto client = co_await door.async_accept();
        asio::co_spawn(door.get_executor(), serve(prices, std::move(client)), asio::detached);
    }
}
// [/serve]

// [main]
hawser::task<> server(asio::io_context& io, std::string url) {
    const auto db = co_await hawser::open(url);
    co_await db.create_tables<price>();
    tcp_acceptor door(io, {asio::ip::address_v4::loopback(), 0});
    std::cout << "port " << door.local_endpoint().port() << std::endl;
    asio::co_spawn(io, accept(hawser::repository<price>{db}, std::move(door)), asio::detached);
    asio::signal_set signals(io, SIGINT, SIGTERM);
    co_await signals.async_wait(asio::use_awaitable);
    co_await db.close(); // drains: what was asked before is stored
}

int main(int count, char** arguments) {
    asio::io_context io(1);
    const auto end = [&](std::exception_ptr failure) {
        io.stop();
        if (failure) std::rethrow_exception(failure); // leaves io.run()
    };
    asio::co_spawn(io, server(io, count > 1 ? arguments[1] : "sqlite:prices.db"), end);
    io.run();
}
// [/main]
