// Memory does not grow with the number of rows that pass.
#include "child.hpp"
#include "memory/suite.hpp"
#include "programs.hpp"
#include <stdexcept>
#include <string>

namespace bench {
namespace {

sample peak(const std::string& work, const std::string& file, std::size_t rows) {
    const child_outcome o = run_child({probe_program(), work, file, std::to_string(rows)});
    if (o.exit_code != 0) throw std::runtime_error("the probe failed: " + o.err);
    sample s;
    s.figure = std::stod(o.out) / 1e6;
    return s;
}

sample streamed(const filled_file& file) {
    return peak("stream", file.path(), file.rows());
}

sample copied(std::size_t rows) {
    const fresh_folder folder;
    return peak("copy_in", folder.file(), rows);
}

bench_case flat(const std::string& what, std::size_t rows) {
    bench_case c{.name = "peak memory, " + what, .contenders = {}, .bars = {}, .unit = "MB"};
    c.most_rounds = 3;
    c.warms_up = false;
    const std::string all = std::to_string(rows) + " rows", tenth = std::to_string(rows / 10) + " rows";
    c.bars = {{all, tenth, 1.25, sense::at_most, &sample::figure},
              {all, "", 64, sense::at_most, &sample::figure}};
    return c;
}

// What each of so many costs beyond what the process needs for one.
sample crowded(std::size_t coroutines) {
    const fresh_folder one, all;
    sample s;
    s.figure = (peak("crowd", all.file(), coroutines).figure - peak("crowd", one.file(), 1).figure) * 1e6 /
               static_cast<double>(coroutines);
    return s;
}

} // namespace

cases flat_memory_cases(const context& with) {
    const std::size_t rows = with.n.streamed_rows, tenth = rows / 10;
    bench_case in = flat("atomic copy_in", rows), out = flat("stream of a table", rows);
    in.contenders = {{std::to_string(rows) + " rows", [=] { return copied(rows); }},
                     {std::to_string(tenth) + " rows", [=] { return copied(tenth); }}};
    out.contenders = {{std::to_string(rows) + " rows", over_file(rows)(streamed)},
                      {std::to_string(tenth) + " rows", over_file(tenth)(streamed)}};
    bench_case crowd{.name = "memory of coroutines that insert at once, behind a queue of bounded length",
                     .contenders = {},
                     .bars = {},
                     .unit = "bytes each"};
    crowd.most_rounds = 3;
    crowd.warms_up = false;
    for (const std::size_t n : {with.n.crowd, with.n.crowd / 10})
        crowd.contenders.push_back({std::to_string(n) + " coroutines", [=] { return crowded(n); }});
    return {std::move(in), std::move(out), std::move(crowd)};
}

} // namespace bench
