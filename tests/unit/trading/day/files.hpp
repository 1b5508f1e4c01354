#pragma once
// Files for the tests of the trading day.
#include "input_error.hpp"
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <string>

inline void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string packed(const std::string& text) {
    std::string bytes;
    {
        boost::iostreams::filtering_ostream out;
        out.push(boost::iostreams::gzip_compressor());
        out.push(boost::iostreams::back_inserter(bytes));
        out << text;
    }
    return bytes;
}

// Whether a differs from b by no more than this share of b.
inline bool close_to(double a, double b, double share) {
    return std::abs(a - b) <= share * std::abs(b);
}

// What input_error says; fails the test if there is none.
template <class F>
std::string trouble_of(F f) {
    try {
        f();
    } catch (const day::input_error& e) { return e.what(); }
    throw std::logic_error("expected an input_error");
}
