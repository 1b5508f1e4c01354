#include "postgres/program.hpp"
#include "child.hpp"
#include "folder.hpp"
#include "prediction.hpp"
#include "support/postgres_files.hpp"
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

constexpr std::size_t times_more = 3;

command line_of(command program, const postgres_work& w, const std::string& url, std::size_t rows) {
    for (const std::string& word : {w.name, url, std::to_string(w.count), std::to_string(rows),
                                    std::to_string(w.in_flight), std::to_string(w.connections)})
        program.push_back(word);
    return program;
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

child_outcome run(const command& under, const command& program, const postgres_work& w,
                  const postgres_place& at) {
    const std::string url = w.writes() ? (*at).to_write() : (*at).to_read();
    command line = under;
    for (const std::string& word : line_of(program, w, url, at.rows())) line.push_back(word);
    child_outcome o = run_child(line);
    if (o.exit_code != 0) throw contender_failed(program.front() + ": " + first_line(o.err));
    return o;
}

// Of the keys that were to be read.
std::int64_t expected_ids(const postgres_work& w, std::size_t rows) {
    std::int64_t ids = 0;
    for (std::size_t i = 0; i < w.count; ++i)
        ids += w.name == "rows" ? static_cast<std::int64_t>(i) + 1 : random_key(i, rows);
    return ids;
}

void require_done(const boost::json::object& told, const postgres_work& w, const postgres_place& at) {
    if (told.at("rows").to_number<std::size_t>() != w.count)
        throw contender_failed("not all operations were done");
    if (w.writes() && (*at).written() != w.count) throw contender_failed("rows are missing");
    if (!w.writes() && told.at("ids").to_number<std::int64_t>() != expected_ids(w, at.rows()))
        throw contender_failed("the wrong rows were read");
}

template <class Count>
sample per_operation(const postgres_work& w, Count count) {
    postgres_work longer = w;
    longer.count *= times_more;
    sample s;
    s.figure = (count(longer) - count(w)) / static_cast<double>(longer.count - w.count);
    return s;
}

std::string text_of(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_perf(const std::string& tool) {
    return tool.ends_with("perf");
}
command counting(const std::string& tool, const std::string& table) {
    if (is_perf(tool)) return {tool, "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-o", table};
    return {tool, "-f", "-qq", "-c", "-U", "calls,name", "-o", table};
}

// The number that begins the line with this word.
double counted(const std::string& table, const std::string& word) {
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);)
        if (line.find(word) != std::string::npos) return std::stod(line);
    throw contender_failed("no system calls were counted");
}
double calls_of(const std::string& tool, const std::string& table) {
    return counted(text_of(table), is_perf(tool) ? ",raw_syscalls" : " total");
}

} // namespace

sample timed(const command& program, const postgres_work& w, const postgres_place& at) {
    const child_outcome o = run({}, program, w, at);
    const boost::json::value told = boost::json::parse(o.out);
    const boost::json::object& figures = told.as_object();
    require_done(figures, w, at);
    const auto figure = [&](const char* name) { return figures.at(name).to_number<double>(); };
    return {figure("ops_per_s"), figure("cpu_us_per_op"), figure("p50_us"), figure("p99_us"), 0};
}

sample instructions(const std::string& valgrind, const command& program, const postgres_work& w,
                    const postgres_place& at) {
    return per_operation(w, [&](const postgres_work& one) {
        const child_outcome o = run({valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null",
                                     "--toggle-collect=bench_counted"},
                                    program, one, at);
        const std::string word = "Collected : ";
        const auto found = o.err.find(word);
        if (found == std::string::npos) throw contender_failed("callgrind told no instructions");
        return std::stod(o.err.substr(found + word.size()));
    });
}

sample system_calls(const std::string& tool, const command& program, const postgres_work& w,
                    const postgres_place& at) {
    return per_operation(w, [&](const postgres_work& one) {
        const fresh_folder folder;
        static_cast<void>(run(counting(tool, folder.file()), program, one, at));
        return calls_of(tool, folder.file());
    });
}

std::string call_counter() {
    for (const char* name : {"perf", "strace"}) {
        const std::string tool = find_program(name);
        if (tool.empty()) continue;
        const fresh_folder folder;
        try {
            command line = counting(tool, folder.file());
            line.emplace_back("true");
            if (run_child(line).exit_code == 0 && calls_of(tool, folder.file()) > 0) return tool;
        } catch (const std::exception&) { // it may not do it here
        }
    }
    return {};
}

std::string pgbench_program() {
    const auto own = support::postgres_programs() / "pgbench";
    return std::filesystem::exists(own) ? own.string() : find_program("pgbench");
}

sample pgbench_reads(const postgres_work& w, const postgres_place& at) {
    const fresh_folder folder;
    const std::size_t depth = w.in_flight / w.connections;
    const std::string read =
        "\\set key random(1, " + std::to_string(at.rows()) +
        ")\nselect \"id\", \"symbol\", \"model\", \"value\", \"confidence\", \"features\", "
        "\"created_at\", \"updated_at\" from \"predictions\" where \"id\" = :key;\n";
    {
        std::ofstream script(folder.file());
        if (depth > 1) script << "\\startpipeline\n";
        for (std::size_t i = 0; i < depth; ++i) script << read;
        if (depth > 1) script << "\\endpipeline\n";
    }
    const support::postgres_address where = (*at).address();
    const std::size_t each = std::max<std::size_t>(w.count / w.in_flight, 1);
    const child_outcome o =
        run_child({pgbench_program(), "-n", "-M", "prepared", "-f", folder.file(), "-c",
                   std::to_string(w.connections), "-t", std::to_string(each), "-h", where.host, "-p",
                   std::to_string(where.port), "-U", where.user, where.database});
    const std::string word = "tps = ";
    const auto found = o.out.find(word);
    if (o.exit_code != 0 || found == std::string::npos)
        throw contender_failed("pgbench: " + first_line(o.err));
    const double operations = static_cast<double>(each * w.connections * depth);
    return {std::stod(o.out.substr(found + word.size())) * static_cast<double>(depth),
            o.cpu_s * 1e6 / operations, 0, 0, 0};
}

} // namespace bench
