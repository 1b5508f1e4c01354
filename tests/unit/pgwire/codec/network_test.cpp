#include "forms.hpp"
#include <pgwire/codec/network.hpp>

using namespace hawser::pgwire;
using namespace forms;

TEST_CASE("an inet says its network where that is not the whole", "[pgwire][codec]") {
    check_forms(inet_codec, "10.1.2.3", "022000040a010203");
    check_forms(inet_codec, "10.1.2.3/16", "021000040a010203");
    check_forms(inet_codec, "0.0.0.0/0", "0200000400000000");
    check_forms(inet_codec, "255.255.255.255", "02200004ffffffff");
    check_forms(inet_codec, "::1", "0380001000000000000000000000000000000001");
    check_forms(inet_codec, "2001:db8::1/64", "0340001020010db8000000000000000000000001");
}

TEST_CASE("a cidr always says its network", "[pgwire][codec]") {
    check_forms(cidr_codec, "10.1.0.0/16", "021001040a010000");
    check_forms(cidr_codec, "10.1.2.3/32", "022001040a010203");
    check_forms(cidr_codec, "2001:db8::/32", "0320011020010db8000000000000000000000000");
    check_forms(cidr_codec, "::1/128", "0380011000000000000000000000000000000001");
    check_no_text(cidr_codec, "10.1.2.3/16");
    check_no_text(cidr_codec, "10.1.128.0/16");
    check_no_text(cidr_codec, "2001:db8::1/64");
    check_no_binary(cidr_codec, "021001040a010203");
    check_no_binary(cidr_codec, "020f01040a010000");
}

TEST_CASE("an IPv6 address is shown as the server shows it", "[pgwire][codec]") {
    check_forms(inet_codec, "::", "0380001000000000000000000000000000000000");
    check_forms(inet_codec, "1::", "0380001000010000000000000000000000000000");
    check_forms(inet_codec, "1:2:3:4:5:6:7:8", "0380001000010002000300040005000600070008");
    check_forms(inet_codec, "1:0:3:4:5:6:7:8", "0380001000010000000300040005000600070008"); // one zero alone
    check_forms(inet_codec, "1::4:0:0:7:8",
                "0380001000010000000000040000000000070008"); // the first of two rows
    check_forms(inet_codec, "1:0:0:4::8", "0380001000010000000000040000000000000008"); // the longer of two
    check_forms(inet_codec, "1:2:3:4:5:6::", "0380001000010002000300040005000600000000");
    check_forms(inet_codec, "::ffff:1.2.3.4", "0380001000000000000000000000ffff01020304");
    check_forms(inet_codec, "::1.2.3.4/100", "0364001000000000000000000000000001020304");
    check_forms(inet_codec, "::1234", "0380001000000000000000000000000000001234");
    check_forms(inet_codec, "::fffe:102:304", "0380001000000000000000000000fffe01020304");
    check_forms(inet_codec, "::1:0:0", "0380001000000000000000000000000100000000");
    check_forms(inet_codec, "fe80::a:b", "03800010fe8000000000000000000000000a000b");
}

TEST_CASE("an address is read in the spellings that the server reads", "[pgwire][codec]") {
    check_read(inet_codec, "010.001.002.003", "022000040a010203");
    check_read(inet_codec, "10.1/16", "021000040a010000");
    check_read(inet_codec, "10.1.2.3/032", "022000040a010203");
    check_read(inet_codec, "2001:DB8:0::0:1", "0380001020010db8000000000000000000000001");
    check_read(inet_codec, "1:2:3:4:5:6:7::", "0380001000010002000300040005000600070000");
    check_read(inet_codec, "1:2:3:4:5:6:1.2.3.4", "0380001000010002000300040005000601020304");
    check_read(cidr_codec, "10", "020801040a000000");
    check_read(cidr_codec, "10.1", "021001040a010000");
    check_read(cidr_codec, "10.1.2", "021801040a010200");
    check_read(cidr_codec, "128.1", "0210010480010000");
    check_read(cidr_codec, "192.168.1", "02180104c0a80100");
    check_read(cidr_codec, "192", "02180104c0000000");
    check_read(cidr_codec, "224", "02040104e0000000");
    check_read(cidr_codec, "225", "02080104e1000000");
    check_read(cidr_codec, "240", "02200104f0000000");
    check_read(cidr_codec, "10.1.2.3", "022001040a010203");
}

TEST_CASE("a text that is no address is refused", "[pgwire][codec]") {
    for (const char* text : {"",
                             "/",
                             "10",
                             "10.1",
                             "10.1.2",
                             "10.1.2.3.4",
                             "256.1.2.3",
                             "10.1.2.3/33",
                             "10.1.2.3/",
                             "10.1.2.3/-1",
                             "10.1.2.",
                             "10..2.3",
                             "10/16",
                             " 10.1.2.3",
                             "10.1.2.3 ",
                             "a.b.c.d",
                             ":",
                             ":::",
                             "1:",
                             ":1",
                             "1:2",
                             "1::2::3",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7:8:",
                             "1:2:3:4:5:6:7:8::",
                             "1:2:3:4::5:6:7:8",
                             "12345::",
                             "::g",
                             "::1/129",
                             "::1/",
                             "::1.2.3",
                             "::1.2.3.4.5",
                             "::256.1.1.1",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::1%eth0",
                             "::1/01",
                             "::01.2.3.4",
                             "fe80::/ 10"})
        check_no_text(inet_codec, text);
    for (const char* text : {"", "10.1.2.3/33", "10.1.2.3.4", "10.1/8", "300"})
        check_no_text(cidr_codec, text);
}

TEST_CASE("bytes that are no address are refused", "[pgwire][codec]") {
    check_whole(inet_codec, "022000040a010203");
    check_whole(inet_codec, "0380001000000000000000000000000000000001");
    check_no_binary(inet_codec, "042000040a010203"); // families that there are not
    check_no_binary(inet_codec, "0a80001000000000000000000000000000000001");
    check_no_binary(inet_codec, "022100040a010203"); // more bits than there are
    check_no_binary(inet_codec, "0381001000000000000000000000000000000001");
    check_no_binary(inet_codec, "022000100a010203"); // lengths of another family
    check_no_binary(inet_codec, "022000030a0102");
}

TEST_CASE("an address has a value of its own", "[pgwire][codec]") {
    network_address v;
    REQUIRE(decode_network(bytes("021000040a010203"), network_type::inet, v));
    CHECK_FALSE(v.v6);
    CHECK(v.bits == 16);
    CHECK(v.size() == 4);
    CHECK(v.bytes[3] == 3);
    output out;
    encode_network(out, network_type::inet, v);
    CHECK(hex(out.view()) == "021000040a010203");
}
