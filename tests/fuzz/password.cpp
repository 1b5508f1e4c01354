// What passwords and salts are made of: SASLprep and base64.
#include "target.hpp"
#include <pgwire/auth/base64.hpp>
#include <pgwire/auth/md5.hpp>
#include <pgwire/auth/saslprep.hpp>
#include <pgwire/shown_text.hpp>
#include <string>

using namespace hawser::pgwire;
using fuzz::expect;

void fuzz::run(std::string_view bytes) {
    std::string decoded;
    if (from_base64(bytes, decoded)) expect(to_base64(decoded) == bytes, "base64 has one spelling");
    expect(from_base64(to_base64(bytes), decoded) && decoded == bytes, "bytes come back from base64");

    secret_text prepared;
    if (saslprep(bytes, prepared)) {
        expect(!prepared.empty(), "a prepared password is not empty");
        expect(view(prepared_password(bytes)) == view(prepared), "what can be prepared is");
        expect(shown_text(view(prepared), bytes.size() * 100) == view(prepared), "what is prepared is text");
    } else {
        expect(prepared.empty(), "what cannot be prepared leaves nothing");
        expect(view(prepared_password(bytes)) == bytes, "what cannot be prepared stays as it is");
    }
    expect(md5_answer("trader", bytes, "salt").size() == 35, "an MD5 answer has 35 letters");
    const std::string shown = shown_text(bytes);
    expect(shown_text(shown, shown.size()) == shown, "what is shown can be shown");
}
