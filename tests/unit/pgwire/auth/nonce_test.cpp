#include "support/catch.hpp"
#include "pgwire/auth/base64.hpp"
#include "pgwire/auth/nonce.hpp"
#include <set>
#include <string>

using namespace hawser::pgwire;

TEST_CASE("nonces are 18 bytes in base64, and no two are the same", "[pgwire][auth]") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string nonce = random_nonce();
        std::string bytes;
        CHECK(from_base64(nonce, bytes));
        CHECK(bytes.size() == 18);
        CHECK(nonce.find_first_of(",=") == std::string::npos);
        CHECK(seen.insert(nonce).second);
    }
}
