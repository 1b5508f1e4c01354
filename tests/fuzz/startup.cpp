// A session comes up from any bytes of a server. The first byte chooses what the client has and allows.
#include "target.hpp"
#include <algorithm>
#include <cstring>
#include <pgwire/fsm/startup.hpp>
#include <string>

using namespace hawser::pgwire;
using fuzz::expect;

namespace {

// Its one proof, see corpus/startup/scram_bound.txt and scram_unbound.txt.
startup_settings settings_of(unsigned choice) {
    startup_settings s{.user = "trader", .wanted = tls_mode::prefer, .local = true, .nonce = [] {
                           return std::string("fyko+d2lbbFgONRv9qkxdawL");
                       }};
    s.tls = (choice & 1) != 0;
    if ((choice & 2) != 0) s.end_point = "0123456789abcdef0123456789abcdef";
    if ((choice & 4) != 0) s.password = "pencil";
    s.policy.none = (choice & 8) == 0;
    s.policy.md5 = (choice & 16) == 0;
    s.policy.password_in_the_clear = (choice & 32) != 0;
    if ((choice & 64) != 0) s.policy.binding = channel_binding::require;
    if ((choice & 128) != 0) s.policy.binding = channel_binding::disable;
    s.policy.limits.most_iterations = 4; // a fuzzer has better to do
    return s;
}

// All that is seen of it.
std::string come_up(const startup_settings& settings, std::string_view bytes, std::size_t piece) {
    frames in({.buffer = 64, .message = 4096});
    output out;
    frame message;
    std::string seen;
    startup machine(settings);
    // What the server says is echoed, so it must not have said it.
    const bool may_be_said = settings.tls || settings.policy.password_in_the_clear ||
                             bytes.find("pencil") != std::string_view::npos;
    auto step = machine.begin(out);
    expect(step == startup::step::write, "the settings are in order");
    while (step == startup::step::write || step == startup::step::read) {
        expect((step == startup::step::write) == !out.empty(), "what there is to write is written");
        expect(may_be_said || out.view().find("pencil") == std::string_view::npos,
               "no password goes in the clear");
        seen.append(out.view()).append(1, '|');
        machine.written(out);
        auto got = in.next(message);
        for (; got == frames::step::more && !bytes.empty(); got = in.next(message)) {
            const auto room = in.room();
            const std::size_t n = std::min({room.size(), bytes.size(), piece});
            std::memcpy(room.data(), bytes.data(), n);
            in.filled(n);
            bytes.remove_prefix(n);
        }
        step = got == frames::step::message  ? machine.take(message, out)
               : got == frames::step::broken ? machine.broken()
                                             : machine.closed();
    }
    expect(out.empty(), "nothing is left to be written");
    const startup_failure& failure = machine.failure();
    expect((step == startup::step::failed) == !failure.message.empty(), "a failure has a cause");
    if (step == startup::step::done) {
        expect(settings.policy.allows(machine.method()), "what is not allowed is not taken");
        expect(machine.method() == auth_method::none || !settings.password.empty(),
               "a password is proved by one");
        expect(machine.bound() || settings.policy.binding != channel_binding::require,
               "what must be bound is bound");
        expect(same_name(machine.reported().find("client_encoding").value_or(""), "UTF8"),
               "a session is in UTF-8");
    }
    return seen + failure.message + failure.sqlstate;
}

} // namespace

void fuzz::run(std::string_view bytes) {
    if (bytes.empty()) return;
    const startup_settings settings = settings_of(static_cast<unsigned char>(bytes[0]));
    bytes.remove_prefix(1);
    expect(come_up(settings, bytes, bytes.size()) == come_up(settings, bytes, 1),
           "pieces make no difference");
}
