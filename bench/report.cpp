#include "report.hpp"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
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

const char* sign(sense s) {
    return s == sense::at_least ? ">=" : "<=";
}

// JSON knows no others.
boost::json::value finite(double figure) {
    if (!std::isfinite(figure)) return nullptr;
    return figure;
}
// There is none, where it is 0.
boost::json::value number(double figure) {
    return figure == 0 ? boost::json::value(nullptr) : finite(figure);
}

boost::json::object entry(const case_result& r, const std::string& contender, const sample& s,
                          const judged_bar* b) {
    boost::json::object o{{"name", r.name},
                          {"contender", contender},
                          {"ops_per_s", number(s.ops_per_s)},
                          {"cpu_us_per_op", number(s.cpu_us_per_op)},
                          {"p50_us", number(s.p50_us)},
                          {"p99_us", number(s.p99_us)},
                          {"ratio", nullptr},
                          {"spread", nullptr},
                          {"of", nullptr},
                          {"sense", ">="},
                          {"bar", nullptr},
                          {"verdict", nullptr}};
    if (!r.unit.empty()) {
        o["unit"] = r.unit;
        o["figure"] = finite(s.figure);
    }
    if (b == nullptr) return o;
    if (!b->of.against.empty()) o["against"] = b->of.against;
    o["ratio"] = finite(b->ratio);
    o["spread"] = finite(b->spread);
    o["of"] = name_of(b->of.of);
    o["sense"] = sign(b->of.sense);
    if (b->of.value) o["bar"] = *b->of.value;
    if (b->verdict) o["verdict"] = word(*b->verdict);
    return o;
}

void print_contender(std::ostream& out, const case_result& r, const std::string& name, const sample& s) {
    out << "  " << std::left << std::setw(44) << name << std::right;
    if (!r.unit.empty()) {
        out << std::setprecision(3) << std::setw(14) << s.figure << ' ' << r.unit << '\n';
        return;
    }
    if (s.ops_per_s > 0) out << std::setprecision(0) << std::setw(12) << s.ops_per_s << " ops/s";
    if (s.cpu_us_per_op > 0) out << std::setprecision(2) << std::setw(10) << s.cpu_us_per_op << " us CPU/op";
    if (s.p50_us > 0)
        out << std::setprecision(s.p50_us < 100 ? 1 : 0) << std::setw(9) << s.p50_us << " us p50"
            << std::setw(9) << s.p99_us << " us p99";
    out << '\n';
}

void print_bar(std::ostream& out, const judged_bar& b) {
    out << "    " << b.of.contender;
    if (!b.of.against.empty()) out << " / " << b.of.against;
    if (b.of.of != &sample::ops_per_s && b.of.of != &sample::figure) out << ", " << name_of(b.of.of);
    out << std::setprecision(3) << " = " << b.ratio << " (spread " << b.spread << ')';
    if (b.verdict) out << ", bar " << sign(b.of.sense) << ' ' << *b.of.value << ": " << word(*b.verdict);
    out << '\n';
}

} // namespace

void print_case(std::ostream& out, const case_result& r) {
    out << std::fixed << '\n' << r.name << '\n';
    for (const std::string& note : r.notes) out << "  " << note << '\n';
    for (const auto& [name, s] : r.contenders) print_contender(out, r, name, s);
    for (const judged_bar& b : r.bars) print_bar(out, b);
}

std::string to_json(const std::string& suite, const std::vector<case_result>& results,
                    const conditions& under) {
    boost::json::array cases;
    for (const case_result& r : results) {
        for (const auto& [name, s] : r.contenders) {
            bool judged = false;
            for (const judged_bar& b : r.bars) {
                if (b.of.contender != name) continue;
                cases.push_back(entry(r, name, s, &b));
                judged = true;
            }
            if (!judged) cases.push_back(entry(r, name, s, nullptr));
        }
    }
    boost::json::object whole{{"suite", suite}, {"cases", std::move(cases)}};
    boost::json::object told, notes;
    for (const auto& [name, text] : under) told[name] = text;
    if (!told.empty()) whole["conditions"] = std::move(told);
    for (const case_result& r : results)
        if (!r.notes.empty()) notes[r.name] = boost::json::array(r.notes.begin(), r.notes.end());
    if (!notes.empty()) whole["notes"] = std::move(notes);
    return boost::json::serialize(whole);
}

} // namespace bench
