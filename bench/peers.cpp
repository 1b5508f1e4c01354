#include "peers.hpp"
#include "child.hpp"
#include "raw_sqlite.hpp"
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace bench {
namespace {

std::string listed(const pragmas& all) {
    std::string text;
    for (const auto& [name, value] : all)
        if (name != "page_size") // of the file
            text += (text.empty() ? "" : ",") + name + '=' + std::to_string(value);
    return text;
}

boost::json::object run_peer(const peer& p, const std::string& work, const std::string& file,
                             std::size_t count, std::size_t rows, const pragmas& set) {
    std::vector<std::string> command = p.command;
    for (const std::string& word : {work, file, std::to_string(count), std::to_string(rows), listed(set)})
        command.push_back(word);
    const child_outcome o = run_child(command);
    if (o.exit_code != 0) throw contender_failed(p.name + ": " + o.err.substr(0, o.err.find('\n')));
    try {
        return boost::json::parse(o.out).as_object();
    } catch (const std::exception&) { throw contender_failed(p.name + ": it printed no JSON"); }
}

double figure(const boost::json::object& o, const char* name) {
    return o.at(name).to_number<double>();
}

sample sample_of(const boost::json::object& o) {
    return {figure(o, "ops_per_s"), figure(o, "cpu_us_per_op"), figure(o, "p50_us"), figure(o, "p99_us"), 0};
}

void require(const peer& p, const boost::json::object& o, const char* what, std::int64_t expected) {
    if (o.at(what).to_number<std::int64_t>() != expected)
        throw contender_failed(p.name + ": the " + what + " are not those of the others");
}

} // namespace

std::vector<peer> read_peers(const std::string& file) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::vector<peer> all;
    const boost::json::value whole = boost::json::parse(text);
    for (const auto& member : whole.as_object()) {
        const boost::json::object& o = member.value().as_object();
        peer p{.name = member.key(), .command = {}, .library = {}, .skipped = {}, .sqlite = {}};
        if (const auto* reason = o.if_contains("skipped")) {
            p.skipped = boost::json::value_to<std::string>(*reason);
        } else {
            p.command = boost::json::value_to<std::vector<std::string>>(o.at("command"));
            p.library = boost::json::value_to<std::string>(o.at("library"));
        }
        all.push_back(std::move(p));
    }
    return all;
}

std::string sqlite_of(const peer& p) {
    if (!p.skipped.empty()) return {};
    const filled_file one(1);
    try {
        const auto o = run_peer(p, "scan", one.path(), 0, 1, same_pragmas(hawser::durability::full, false));
        return boost::json::value_to<std::string>(o.at("sqlite"));
    } catch (const std::exception&) { return {}; } // why not is told when it is to compete
}

sample peer_writes(const peer& p, const std::string& work, std::size_t count, hawser::durability d) {
    fresh_folder folder;
    { raw_sqlite table(folder.file(), d); }
    pragmas set = same_pragmas(d, true);
    set.emplace_back("wal_autocheckpoint", 1000);
    const auto o = run_peer(p, work, folder.file(), count, 0, set);
    raw_sqlite db(folder.file());
    if (db.count() != static_cast<std::int64_t>(count)) throw contender_failed(p.name + ": rows are missing");
    return sample_of(o);
}

sample peer_reads(const peer& p, const std::string& work, std::size_t count, const filled_file& file) {
    const auto o =
        run_peer(p, work, file.path(), count, file.rows(), same_pragmas(hawser::durability::full, false));
    std::int64_t ids = 0;
    if (work == "reads")
        for (std::size_t i = 0; i < count; ++i) ids += random_key(i, file.rows());
    else
        ids = file.whole().ids;
    require(p, o, "ids", ids);
    return sample_of(o);
}

} // namespace bench
