#include "options.hpp"
#include <charconv>
#include <cstring>
#include <string_view>

namespace bench {
namespace {

int positive(std::string_view text, const std::string& name) {
    int n = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (problem != std::errc{} || end != text.data() + text.size() || n < 1)
        throw usage_error(name + " takes a number from 1");
    return n;
}

} // namespace

const char* usage() noexcept {
    return "hawser_bench sqlite|postgres|memory [OPTIONS]\n"
           "  sqlite                 throughput, CPU, latencies and bars, against the C API and against "
           "peers\n"
           "  postgres               throughput, CPU, system calls and instructions, against libpq, a replay "
           "of "
           "bytes and peers\n"
           "  memory                 peak memory of 10 M rows streamed and copied in; a file of 10 GB\n"
           "  --only SUBSTRING       cases whose name has it\n"
           "  --contender SUBSTRING  contenders whose name has it (to profile one)\n"
           "  --rounds N             5 unless told; each after one that does not count\n"
           "  --no-warm-up           without that one\n"
           "  --json FILE            the figures as JSON\n"
           "  --commit ID            what the figures are of, for the conditions; ./dev bench tells it\n"
           "  --peers FILE           how to run the peers, as bench/peers/prepare.py writes it\n"
           "  --no-peers             without them; ./dev bench else builds those whose tools are installed\n"
           "  --big-file MB          size of the large file, 10000 unless told\n"
           "  --no-pins              threads that hand over are not held on one processor each\n"
           "  --tiny                 hardly any work: to try the suite, not the library\n"
           "  --list                 names of cases and contenders\n";
}

options parse_options(int argc, const char* const* argv) {
    options o;
    int at = 1;
    const auto value = [&](const std::string& name) -> std::string {
        if (++at >= argc) throw usage_error(name + " needs a value");
        return argv[at];
    };
    for (; at < argc; ++at) {
        const std::string word = argv[at];
        if (word == "--only")
            o.only = value(word);
        else if (word == "--contender")
            o.contender = value(word);
        else if (word == "--json")
            o.json = value(word);
        else if (word == "--commit")
            o.commit = value(word);
        else if (word == "--peers")
            o.peers = value(word);
        else if (word == "--rounds")
            o.rounds = positive(value(word), word);
        else if (word == "--big-file")
            o.of.big_file_bytes = static_cast<std::size_t>(positive(value(word), word)) * 1'000'000;
        else if (word == "--no-warm-up")
            o.warm_up = false;
        else if (word == "--no-peers")
            o.peers.clear();
        else if (word == "--no-pins")
            o.pins = false;
        else if (word == "--tiny")
            o.of = sizes::tiny();
        else if (word == "--help")
            o.help = true;
        else if (word == "--list")
            o.list = true;
        else if (o.suite.empty() && (word == "sqlite" || word == "postgres" || word == "memory"))
            o.suite = word;
        else
            throw usage_error("what is " + word + '?');
    }
    if (o.suite.empty() && !o.help) throw usage_error("which suite?");
    return o;
}

} // namespace bench
