// A trading day: model predictions logged in bulk, ticks traded by concurrent strategies, all of it checked.
#include "day.hpp"
#include "input_error.hpp"
#include "stop.hpp"
#include <iostream>
#include <unistd.h>
#include <vector>

int main(int count, char** values) {
    try {
        const std::vector<std::string_view> arguments(values + 1, values + count);
        const day::options o = day::parse_options(arguments);
        if (o.help) {
            std::cout << day::usage;
            return 0;
        }
        day::listen_for_stop();
        const bool terminal = isatty(o.json ? STDERR_FILENO : STDOUT_FILENO) != 0;
        return day::run_day(o, {.out = &std::cout, .err = &std::cerr, .terminal = terminal});
    } catch (const day::input_error& e) {
        std::cerr << "trading_day: " << e.what() << "\n\n" << day::usage;
        return 2;
    }
}
