#include "containers.hpp"
#include <pgwire/codec/nested.hpp>

using namespace containers;

namespace {

const sample samples[] = {
    {"positive", "5", "00000005"},
    {"mood_domain", R"t(so "so")t", "736f2022736f22"},
    {"int_list", "{1,2}", "000000010000000000000017000000020000000100000004000000010000000400000002"},
};

} // namespace

TEST_CASE("a domain's values are its base type's, in both forms", "[pgwire][codec][domain]") {
    for (const sample& s : samples) {
        INFO(s.type);
        CHECK(text_of(s.type, s.hex) == s.text);
        CHECK(hex_of(s.type, s.text) == s.hex);
    }
    CHECK_FALSE(text_of("positive", "000005"));
    CHECK_FALSE(hex_of("positive", "x"));
}

TEST_CASE("what a type is made of decides whether it has a binary form", "[pgwire][codec][domain]") {
    for (const std::string_view name :
         {"int4", "_int4", "mood", "_mood", "positive", "_int_list", "nest", "deep", "int4range",
          "int4multirange", "_int4multirange", "text_multirange", "oidvector"}) {
        INFO(name);
        CHECK(has_binary_form(type(name), known));
    }
    for (const std::string_view name :
         {"point", "_point", "aclitem", "_aclitem", "record", "_record", "anyarray", "any"}) {
        INFO(name);
        CHECK_FALSE(has_binary_form(type(name), known));
    }
    const type_info::attribute attributes[] = {{"a", 23}, {"b", 600}};
    CHECK_FALSE(has_binary_form({90000, "holder", type_kind::composite, ',', 0, 0, attributes}, known));
    CHECK_FALSE(has_binary_form({90000, "list", type_kind::array, ',', 0xffffff, 0}, known));
}

TEST_CASE("types made of very many types travel as text", "[pgwire][codec][domain]") {
    // each has two attributes of the next one: 2^60 ways down
    class tree final : public types {
    public:
        tree() {
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                const oid next = i + 1 < nodes.size() ? static_cast<oid>(90001 + i) : 23;
                attributes[i] = {{{"a", next}, {"b", next}}};
                nodes[i] = {
                    static_cast<oid>(90000 + i), "node", type_kind::composite, ',', 0, 0, attributes[i]};
            }
        }
        const type_info* find(oid id) const noexcept override {
            return id >= 90000 && id - 90000 < nodes.size() ? &nodes[id - 90000] : built_in(id);
        }
        std::array<std::array<type_info::attribute, 2>, 60> attributes{};
        std::array<type_info, 60> nodes{};
    };
    const tree all;
    CHECK_FALSE(has_binary_form(all.nodes[0], all));
    CHECK(has_binary_form(all.nodes[55], all));
}
