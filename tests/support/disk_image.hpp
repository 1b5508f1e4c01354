#pragma once
// What a disk holds for certain, and what it was told since: a power cut leaves the first, and any part of the second.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace support {

// Changes of a file are certain once it was synced, names of files once their folder was.
class disk_image {
public:
    using bytes = std::vector<char>;

    // A file that was there before.
    void found(const std::string& name, bytes content);
    void create(const std::string& name);
    [[nodiscard]] bool knows(const std::string& name) const { return now_.count(name) > 0; }
    void write(const std::string& name, std::uint64_t at, std::span<const char> data);
    void truncate(const std::string& name, std::uint64_t size);
    void sync(const std::string& name);
    void remove(const std::string& name);
    void sync_folder();

    // Of what was not certain.
    enum class survives {
        nothing,
        everything, // as when the process is killed
        first,      // changes up to some moment, and a part of the last
        sectors     // any, in any order, sector by sector
    };
    // The files that a power cut leaves.
    [[nodiscard]] std::map<std::string, bytes> after_cut(survives what, std::mt19937_64& chance) const;

private:
    struct change {
        std::uint64_t number; // in the order of all files' changes
        bool truncates;
        std::uint64_t at; // or the new size
        bytes data;
    };
    struct file {
        bytes synced;
        std::vector<change> changes;
    };
    [[nodiscard]] file& at(const std::string& name) { return files_[now_.at(name)]; }
    using chooser = std::function<bool(std::uint64_t number)>;
    static void apply(const std::vector<change>& changes, const chooser& keeps, bytes& out);

    std::vector<file> files_;
    std::map<std::string, std::size_t> now_;     // as programs see it
    std::map<std::string, std::size_t> certain_; // as it was when the folder was synced
    std::uint64_t number_ = 0;
};

// The files of a cut in a folder, each under the last part of its name.
void write_files(const std::map<std::string, disk_image::bytes>& files, const std::string& folder);

} // namespace support
