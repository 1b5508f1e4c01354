#pragma once
// How bodies have ended that were interrupted, kind by kind: what shows that the interruptions had effect.
#include <hawser/testing/suspension.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace support {

class endings {
public:
    void note(const hawser::testing::interruption& at) {
        seen_[at.kind].insert(at.completed ? "well" : std::string(hawser::to_string(*at.failure)));
    }
    // "refused with disk_full: disk_full", in the order of the kinds. Of those that fail no body nothing is told: the kit
    // itself looks whether that ends well.
    [[nodiscard]] std::vector<std::string> told() const {
        using kind = hawser::testing::interruption_kind;
        std::vector<std::string> lines;
        for (const auto& [how, ends] : seen_) {
            if (how == kind::none || how == kind::delayed) continue;
            std::string line = std::string(to_string(how)) + ':';
            for (const std::string& end : ends) line += ' ' + end;
            lines.push_back(line);
        }
        return lines;
    }

private:
    std::map<hawser::testing::interruption_kind, std::set<std::string>> seen_;
};

} // namespace support
