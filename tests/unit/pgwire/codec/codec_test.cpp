#include "forms.hpp"
#include <pgwire/codec/boolean.hpp>
#include <pgwire/codec/bytea.hpp>
#include <pgwire/codec/integers.hpp>
#include <pgwire/codec/json.hpp>
#include <pgwire/codec/network.hpp>
#include <pgwire/codec/numeric.hpp>
#include <pgwire/codec/reals.hpp>
#include <pgwire/codec/text.hpp>
#include <pgwire/codec/uuid.hpp>

using namespace hawser::pgwire;

TEST_CASE("every built-in scalar type has its codec", "[pgwire][codec]") {
    const auto of = [](std::string_view name) {
        INFO(name);
        const type_info* const type = built_in(name);
        REQUIRE(type != nullptr);
        return codec_of(*type);
    };
    CHECK(of("bool") == &bool_codec);
    CHECK(of("int2") == &int2_codec);
    CHECK(of("int4") == &int4_codec);
    CHECK(of("int8") == &int8_codec);
    CHECK(of("oid") == &oid_codec);
    CHECK(of("xid") == &xid_codec);
    CHECK(of("cid") == &xid_codec);
    CHECK(of("xid8") == &xid8_codec);
    CHECK(of("float4") == &float4_codec);
    CHECK(of("float8") == &float8_codec);
    CHECK(of("numeric") == &numeric_codec);
    for (const char* name : {"text", "varchar", "bpchar", "xml", "unknown", "cstring", "refcursor"})
        CHECK(of(name) == &text_codec);
    CHECK(of("name") == &name_codec);
    CHECK(of("char") == &char_codec);
    CHECK(of("bytea") == &bytea_codec);
    CHECK(of("uuid") == &uuid_codec);
    CHECK(of("json") == &json_codec);
    CHECK(of("jsonb") == &jsonb_codec);
    CHECK(of("inet") == &inet_codec);
    CHECK(of("cidr") == &cidr_codec);
    for (const char* name : {"bit", "varbit", "macaddr", "macaddr8", "tid", "pg_lsn", "jsonpath", "void"})
        CHECK(of(name) != nullptr);
}

TEST_CASE("a type whose binary form is not known has no codec", "[pgwire][codec]") {
    for (const char* name : {"regclass", "regproc", "regtype", "point", "box", "tsvector", "tsquery", "money",
                             "pg_node_tree", "aclitem"}) {
        CAPTURE(name);
        const type_info* const type = built_in(name);
        REQUIRE(type != nullptr);
        CHECK(codec_of(*type) == nullptr);
    }
    CHECK(codec_of(type_info{.id = 123456, .name = "hstore"}) == nullptr);
}
