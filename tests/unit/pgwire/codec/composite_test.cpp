#include "containers.hpp"
#include <pgwire/codec/nested.hpp>
#include <vector>

using namespace containers;

namespace {

const sample samples[] = {
    {"pair", "(1,x)", "00000002000000170000000400000001000000190000000178"},
    {"pair", "(,)", "0000000200000017ffffffff00000019ffffffff"},
    {"pair", "(1,)", "0000000200000017000000040000000100000019ffffffff"},
    {"pair", "(,x)", "0000000200000017ffffffff000000190000000178"},
    {"pair", R"t((1,""))t", "000000020000001700000004000000010000001900000000"},
    {"pair", R"t((1,"a b"))t", "000000020000001700000004000000010000001900000003612062"},
    {"pair", R"t((1,"q""q\\,()"))t", "0000000200000017000000040000000100000019000000077122715c2c2829"},
    {"pair", "(-5,{NULL})", "000000020000001700000004fffffffb00000019000000067b4e554c4c7d"},
    {"pair", "(7,\"\t\n\")", "000000020000001700000004000000070000001900000002090a"},
    {"pair", "(0,é)", "000000020000001700000004000000000000001900000002c3a9"},
    {"nest", "(,,,)", "000000040000400effffffff000003efffffffff0000400bffffffff00004008ffffffff"},
    {"nest", R"t(("(1,x)","{1,NULL}",sad,5))t",
     "000000040000400e0000001900000002000000170000000400000001000000190000000178000003ef000000200000000100000"
     "0010000001700000002000000010000000400000001ffffffff0000400b00000003736164000040080000000400000005"},
    {"nest", R"t(("(1,""a b"")","{{1,2},{3,4}}","so ""so""",))t",
     "000000040000400e0000001b000000020000001700000004000000010000001900000003612062000003ef0000003c000000020"
     "0000000000000170000000200000001000000020000000100000004000000010000000400000002000000040000000300000004"
     "000000040000400b00000007736f2022736f2200004008ffffffff"},
    {"nest", R"t(("(,""""""\\\\"")",{},ok,1))t",
     "000000040000400e000000160000000200000017ffffffff0000001900000002225c000003ef0000000c0000000000000000000"
     "000170000400b000000026f6b000040080000000400000001"},
    {"shrunk", "(1,3)", "00000002000000170000000400000001000000170000000400000003"},
    {"shrunk", "(,)", "0000000200000017ffffffff00000017ffffffff"},
    {"deep",
     R"t(("(""(1,""""a b"""")"",""{1,2}"",""so """"so"""""",9)","{""(1,3)"",NULL,""(,)""}","[""a b"",)"))t",
     "00000003000040130000006e000000040000400e0000001b0000000200000017000000040000000100000019000000036120620"
     "00003ef000000240000000100000000000000170000000200000001000000040000000100000004000000020000400b00000007"
     "736f2022736f220000400800000004000000090000401f0000005000000001000000010000402000000003000000010000001c0"
     "0000002000000170000000400000001000000170000000400000003ffffffff000000140000000200000017ffffffff00000017"
     "ffffffff00004017000000081200000003612062"},
};

// What the server gives for records is never sent to it.
const sample records[] = {
    {"record", "(1,x,)", "00000003000000170000000400000001000002c10000000178000002c1ffffffff"},
    {"record", "()", "00000000"},
    {"record", R"t(("(""(1)"")","a ""b"""))t",
     "00000002000008c90000001c00000001000008c9000000100000000100000017000000040000000100000019000000056120226"
     "222"},
    {"record", R"t((1,"{""a b""}",sad))t",
     "0000000300000014000000080000000000000001000003f10000001b00000001000000000000001900000001000000010000000"
     "36120620000400100000003736164"},
    {"_record", R"t({"(1,x)",NULL,"(,\"y z\")"})t",
     "0000000100000001000008c900000003000000010000001900000002000000170000000400000001000002c10000000178fffff"
     "fff0000001700000002000002c1ffffffff000002c10000000379207a"},
};

// A record of one field, so deep within each other.
std::string records_within(unsigned deep) {
    std::string bytes = from_hex("00000000");
    while (deep-- > 0) {
        std::string outer = from_hex("00000001"
                                     "000008c9");
        for (const int shift : {24, 16, 8, 0}) outer += static_cast<char>(bytes.size() >> shift & 0xff);
        bytes = outer + bytes;
    }
    return bytes;
}

} // namespace

TEST_CASE("composites are what the server sends, in both forms", "[pgwire][codec][composite]") {
    for (const sample& s : samples) check_both_ways(s);
}

TEST_CASE("records are read by the types that they name", "[pgwire][codec][composite]") {
    for (const sample& s : records) {
        INFO(s.text);
        CHECK(text_of(s.type, s.hex) == s.text);
        CHECK_FALSE(hex_of(s.type, s.text));
        const std::string bytes = from_hex(s.hex);
        for (std::size_t n = 0; n < bytes.size(); ++n)
            CHECK_FALSE(text_of(type(s.type), std::string_view(bytes).substr(0, n)));
        CHECK_FALSE(text_of(type(s.type), bytes + '\0'));
    }
}

TEST_CASE("other texts of a composite give the same bytes", "[pgwire][codec][composite]") {
    CHECK(hex_of("pair", " (1,x)\n") == hex_of("pair", "(1,x)"));
    CHECK(hex_of("pair", R"(("1","x"))") == hex_of("pair", "(1,x)"));
    CHECK(hex_of("pair", R"((1,a\,\)b))") == hex_of("pair", R"((1,"a,)b"))"));
    CHECK(hex_of("pair", R"((1,a" b"c))") == hex_of("pair", R"((1,"a bc"))"));
    CHECK(hex_of("pair", R"((1,"\"\\"))") == hex_of("pair", R"((1,"""\\"))"));
    CHECK(hex_of("pair", "(1, x )") == hex_of("pair", "(1,\" x \")")); // blanks belong to the field
}

TEST_CASE("text that is no composite of the type is refused", "[pgwire][codec][composite]") {
    for (const std::string_view text :
         {"",        "1,x",     "(",      ")",       "()",     "(1)",    "(1,",
          "(1,x",    "1,x)",    "(1,x,)", "(1,x,y)", "(1,x)y", "(1,x))", "(x,x)",
          "(\"1,x)", "(1,\"x)", "(1,\\",  "(1,x\\)", "((1,x)", "{1,x}",  "(,,)"}) {
        INFO(text);
        CHECK_FALSE(hex_of("pair", text));
    }
}

TEST_CASE("a type that changed on the server is still read", "[pgwire][codec][composite]") {
    CHECK(text_of("pair", "00000001"
                          "00000017"
                          "0000000400000001") == "(1)");
    CHECK(text_of("pair", "00000002"
                          "00000019"
                          "0000000178"
                          "00000010"
                          "0000000101") == "(x,t)");
    CHECK(text_of("pair", "00000000") == "()");
}

TEST_CASE("a composite without attributes has one value", "[pgwire][codec][composite]") {
    const type_info none{90000, "none", type_kind::composite, ',', 0, 0};
    CHECK(hex_of(none, "()") == "00000000");
    CHECK_FALSE(hex_of(none, "(1)"));
    CHECK_FALSE(hex_of(none, "(,)"));
}

TEST_CASE("a member of a type that is not known is refused, but for NULL", "[pgwire][codec][composite]") {
    CHECK_FALSE(text_of("record", "00000001"
                                  "00ffffff"
                                  "0000000178"));
    CHECK_FALSE(text_of("record", "00000001"
                                  "00000258"
                                  "00000001"
                                  "78")); // point, which has no codec
    CHECK(text_of("record", "00000001"
                            "00ffffff"
                            "ffffffff") == "()");
    const type_info::attribute attributes[] = {{"a", 0xffffff}};
    const type_info holder{90000, "holder", type_kind::composite, ',', 0, 0, attributes};
    CHECK_FALSE(hex_of(holder, "(1)"));
    CHECK(hex_of(holder, "()") == "00000001"
                                  "00ffffff"
                                  "ffffffff");
}

TEST_CASE("a count of fields that are not there is refused", "[pgwire][codec][composite]") {
    CHECK_FALSE(text_of("record", "00000001"));
    CHECK_FALSE(text_of("record", "7fffffff"
                                  "00000017"
                                  "ffffffff"));
    CHECK_FALSE(text_of("record", "80000000"
                                  "00000017"
                                  "ffffffff"));
    CHECK_FALSE(text_of("record", "ffffffff"
                                  "00000017"
                                  "ffffffff"));
    CHECK_FALSE(text_of("record", "00000001"
                                  "00000017"
                                  "fffffffe"));
    CHECK_FALSE(text_of("record", "00000001"
                                  "00000017"
                                  "7fffffff"
                                  "00000001"));
}

TEST_CASE("values within each other are read to a limit", "[pgwire][codec][composite]") {
    CHECK(text_of(type("record"), records_within(0)) == "()");
    CHECK(text_of(type("record"), records_within(2)) == R"t(("(""()"")"))t");
    // quotes double with each level, so that text ends before the limit does
    CHECK(text_of(type("record"), records_within(20)));
    CHECK_FALSE(text_of(type("record"), records_within(40)));
    CHECK_FALSE(text_of(type("record"), records_within(1000)));
}

TEST_CASE("types within each other are followed to a limit", "[pgwire][codec][composite]") {
    class chain final : public types {
    public:
        explicit chain(unsigned length) {
            for (unsigned i = 0; i < length; ++i)
                domains_.push_back({90000 + i, "d", type_kind::domain, ',', 90001 + i, 0});
            domains_.back().part = 23;
        }
        const type_info* find(oid id) const noexcept override {
            return id >= 90000 && id - 90000 < domains_.size() ? &domains_[id - 90000] : built_in(id);
        }

    private:
        std::vector<type_info> domains_;
    };
    const chain shallow(deepest);
    CHECK(text_of(*shallow.find(90000), from_hex("00000005"), shallow) == "5");
    CHECK(hex_of(*shallow.find(90000), "5", shallow) == "00000005");
    const chain deep(deepest + 1);
    CHECK_FALSE(text_of(*deep.find(90000), from_hex("00000005"), deep));
    CHECK_FALSE(hex_of(*deep.find(90000), "5", deep));

    class circle final : public types {
    public:
        const type_info* find(oid) const noexcept override { return &self; }
        type_info self{90000, "self", type_kind::domain, ',', 90000, 0};
    };
    const circle endless;
    CHECK_FALSE(text_of(endless.self, from_hex("00000005"), endless));
    CHECK_FALSE(hex_of(endless.self, "5", endless));
    CHECK_FALSE(has_binary_form(endless.self, endless));
}
