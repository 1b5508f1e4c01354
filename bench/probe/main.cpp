#include "probe/postgres.hpp"
#include "probe/probe.hpp"
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> arguments(argv + 1, argv + argc);
        if (arguments.at(0) == "leave_log")
            probe::leave_log(arguments);
        else if (arguments.at(0) == "postgres")
            probe::run_postgres(arguments);
        else if (arguments.size() == 3)
            probe::run_memory(arguments);
        else
            probe::run_layer(arguments);
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
