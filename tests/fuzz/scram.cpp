// A conversation of SCRAM with any server. Lines: its first message, its last.
#include "target.hpp"
#include <pgwire/auth/scram.hpp>
#include <string>

using namespace hawser::pgwire;
using fuzz::expect;

void fuzz::run(std::string_view bytes) {
    const std::size_t end = bytes.find('\n');
    const std::string_view server_first = bytes.substr(0, end);
    const std::string_view server_final = end == bytes.npos ? std::string_view() : bytes.substr(end + 1);

    scram_client client({.nonce = "fyko+d2lbbFgONRv9qkxdawL", .limits = {.most_iterations = 4}});
    expect(client.first() == "n,,n=,r=fyko+d2lbbFgONRv9qkxdawL", "a conversation begins alike");
    std::string answer;
    if (client.answer(server_first, "pencil", answer) == scram_client::outcome::more) {
        expect(answer.starts_with("c=biws,r=fyko+d2lbbFgONRv9qkxdawL"), "an answer continues our nonce");
        expect(server_first.starts_with("r=fyko+d2lbbFgONRv9qkxdawL"), "so does what it answers to");
    } else {
        expect(answer.empty(), "nothing is answered to a failure");
    }
    const bool verified = client.verify(server_final) == scram_client::outcome::verified;
    expect(verified == client.why().empty(), "a failure has a cause");
    expect(!verified || server_final.starts_with("v="), "a server is known by its signature");
    expect(client.verify(server_final) != scram_client::outcome::verified, "a conversation ends once");
}
