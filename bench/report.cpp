#include "report.hpp"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <iomanip>
#include <ostream>

namespace bench {
namespace {

const char* word(verdict v) {
    switch (v) {
    case verdict::held: return "held";
    case verdict::missed: return "missed";
    case verdict::undecided: break;
    }
    return "undecided";
}

boost::json::object entry(const std::string& name, const std::string& contender, const sample& s,
                          const judged_bar* b) {
    boost::json::object o{{"name", name},
                          {"contender", contender},
                          {"ops_per_s", s.ops_per_s},
                          {"cpu_us_per_op", s.cpu_us_per_op},
                          {"p50_us", s.p50_us},
                          {"p99_us", s.p99_us},
                          {"ratio", nullptr},
                          {"spread", nullptr},
                          {"sense", ">="},
                          {"bar", nullptr},
                          {"verdict", nullptr}};
    if (b == nullptr) return o;
    o["against"] = b->of.against;
    o["ratio"] = b->ratio;
    o["spread"] = b->spread;
    o["bar"] = b->of.at_least;
    o["verdict"] = word(b->verdict);
    return o;
}

} // namespace

void print_table(std::ostream& out, const std::vector<case_result>& results) {
    out << std::fixed;
    for (const case_result& r : results) {
        out << '\n' << r.name << '\n';
        for (const auto& [name, s] : r.contenders) {
            out << "  " << std::left << std::setw(34) << name << std::right << std::setprecision(0)
                << std::setw(12) << s.ops_per_s << " ops/s" << std::setprecision(2) << std::setw(10)
                << s.cpu_us_per_op << " us CPU/op";
            if (s.p50_us > 0)
                out << std::setprecision(0) << std::setw(8) << s.p50_us << " us p50" << std::setw(8)
                    << s.p99_us << " us p99";
            out << '\n';
        }
        for (const judged_bar& b : r.bars)
            out << std::setprecision(2) << "  " << b.of.contender << " / " << b.of.against << " = " << b.ratio
                << " (spread " << b.spread << "), bar >= " << b.of.at_least << ": " << word(b.verdict)
                << '\n';
    }
}

std::string to_json(const std::string& suite, const std::vector<case_result>& results) {
    boost::json::array cases;
    for (const case_result& r : results) {
        for (const auto& [name, s] : r.contenders) {
            bool judged = false;
            for (const judged_bar& b : r.bars) {
                if (b.of.contender != name) continue;
                cases.push_back(entry(r.name, name, s, &b));
                judged = true;
            }
            if (!judged) cases.push_back(entry(r.name, name, s, nullptr));
        }
    }
    return boost::json::serialize(boost::json::object{{"suite", suite}, {"cases", std::move(cases)}});
}

} // namespace bench
