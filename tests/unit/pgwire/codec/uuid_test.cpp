#include "forms.hpp"
#include <hawser/core/uuid.hpp>
#include <pgwire/codec/uuid.hpp>

using namespace hawser::pgwire;
using namespace forms;

namespace {
constexpr const char* sample = "01890a5dac96774bbcceb302099a8057";
}

TEST_CASE("a uuid is sixteen bytes, and 36 characters", "[pgwire][codec]") {
    check_forms(uuid_codec, "01890a5d-ac96-774b-bcce-b302099a8057", sample);
    check_forms(uuid_codec, "00000000-0000-0000-0000-000000000000", "00000000000000000000000000000000");
    check_whole(uuid_codec, sample);
}

TEST_CASE("a uuid is read in the spellings that the server reads", "[pgwire][codec]") {
    for (const char* text : {"01890A5D-AC96-774B-BCCE-B302099A8057", "{01890a5d-ac96-774b-bcce-b302099a8057}",
                             "01890a5dac96774bbcceb302099a8057", "{01890a5dac96774bbcceb302099a8057}",
                             "0189-0a5d-ac96-774b-bcce-b302-099a-8057", "01890a5d-ac96774bbcce-b302099a8057"})
        check_read(uuid_codec, text, sample);
    for (const char* text :
         {"", "{}", "{", "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80571",
          "01-890a5dac96774bbcceb302099a8057", "-01890a5dac96774bbcceb302099a8057",
          "01890a5dac96774bbcceb302099a8057-", "01890a5d--ac96-774b-bcce-b302099a8057",
          "{01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057}",
          " 01890a5d-ac96-774b-bcce-b302099a8057", "g1890a5d-ac96-774b-bcce-b302099a8057",
          "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057"})
        check_no_text(uuid_codec, text);
}

TEST_CASE("a uuid is taken from the wire and put onto it as it is", "[pgwire][codec]") {
    hawser::uuid v;
    CHECK(decode_uuid(bytes(sample), v));
    CHECK(v == hawser::uuid::parse(sample));
    CHECK_FALSE(decode_uuid(bytes(sample).substr(1), v));
    output out;
    encode_uuid(out, v);
    CHECK(hex(out.view()) == sample);
}
