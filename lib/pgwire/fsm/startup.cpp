#include "pgwire/fsm/startup.hpp"
#include "pgwire/auth/md5.hpp"
#include "pgwire/auth/wipe.hpp"
#include "pgwire/message/backend_key_data.hpp"
#include "pgwire/message/error_response.hpp"
#include "pgwire/message/negotiate_protocol_version.hpp"
#include "pgwire/message/notice_response.hpp"
#include "pgwire/message/parameter_status.hpp"
#include "pgwire/message/password_message.hpp"
#include "pgwire/message/ready_for_query.hpp"
#include "pgwire/message/sasl_initial_response.hpp"
#include "pgwire/message/sasl_response.hpp"
#include "pgwire/message_type.hpp"
#include "pgwire/shown_text.hpp"
#include <algorithm>
#include <array>
#include <hawser/core/error.hpp>
#include <utility>
#include <vector>

namespace hawser::pgwire {
namespace {

// What sessions are like unless the caller says otherwise. Few, as poolers refuse those that they do not know.
constexpr startup_parameter encoding{"client_encoding", "UTF8"};
constexpr std::array ours{startup_parameter{"TimeZone", "UTC"}, startup_parameter{"DateStyle", "ISO"}};

constexpr std::array<std::string_view, 4> not_to_be_given{"client_encoding", "user", "database",
                                                          "replication"};

// What values on the wire look like depends on these.
struct needed {
    std::string_view name;
    std::string_view value;
    std::string_view why;
};
constexpr std::array needed_settings{
    needed{"client_encoding", "UTF8", "texts would be read wrongly"},
    needed{"integer_datetimes", "on", "dates and times would be read wrongly"},
    needed{"standard_conforming_strings", "on", "literals with backslashes would mean something else"},
    needed{"TimeZone", "UTC", "dates of timestamps would differ"}};

std::string quoted(std::string_view text) {
    return '"' + shown_text(text, 100) + '"';
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
errc kind_of(std::string_view sqlstate) noexcept {
    const bool refused = sqlstate.starts_with("28") || sqlstate == "42501";
    return refused ? errc::permission_denied : errc::connect_failed;
}

// Class 53 lacks resources, connections among them; 57P01 to 57P03 are a server that stops, has crashed, or starts.
bool is_temporary(std::string_view sqlstate) noexcept {
    return sqlstate.starts_with("53") || sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03";
}

std::string_view name_of(authentication::request method) noexcept {
    using enum authentication::request;
    switch (method) {
    case kerberos_v5: return "Kerberos V5";
    case scm_credential: return "SCM credentials";
    case gss:
    case gss_continue: return "GSSAPI";
    case sspi: return "SSPI";
    default: return "an authentication method that is not known here";
    }
}

} // namespace

std::string_view to_string(tls_mode mode) noexcept {
    constexpr std::array<std::string_view, 6> names{"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};
    return names[static_cast<std::size_t>(mode)];
}

// --- the way through ---

startup::step startup::begin(output& out) {
    if (due_ != due::begin) return step::failed;
    const std::size_t before = out.size();
    try {
        judge_settings();
        write_startup(out);
    } catch (const error& e) {
        out.truncate(before);
        return fail(e.kind(), e.message());
    }
    due_ = due::request;
    return step::write;
}

startup::step startup::take(const frame& message, output& out) {
    if (due_ == due::over) return step::failed;
    taken_ += message.body.size() + 5;
    if (taken_ > most_bytes)
        return fail(errc::connect_failed, "the server does not come to an end of its start-up");
    const std::size_t before = out.size();
    try {
        return judge(message, out);
    } catch (const error& e) { // a password that cannot be sent, or OpenSSL without MD5
        out.truncate(before);
        return fail(e.kind(), e.message());
    }
}

void startup::written(output& out) noexcept {
    wipe(const_cast<char*>(out.view().data()), out.size()); // its own memory, which is not constant
    out.clear();
}

startup::step startup::closed() {
    if (due_ == due::over) return step::failed;
    fail(errc::connect_failed, due_ == due::session || due_ == due::begin || due_ == due::request
                                   ? "the server closed the connection during its start-up"
                                   : "the server closed the connection during the authentication");
    failure_.temporary = true;
    return step::failed;
}

startup::step startup::broken() {
    if (due_ == due::over) return step::failed;
    return fail(errc::connect_failed, "what answers does not speak PostgreSQL's protocol");
}

startup::step startup::judge(const frame& message, output& out) {
    if (due_ == due::begin) return out_of_order();
    switch (static_cast<server_message>(message.type)) {
    case server_message::authentication: return on_authentication(message.body, out);
    case server_message::negotiate_protocol_version: return on_version(message.body);
    case server_message::parameter_status: return on_setting(message.body);
    case server_message::backend_key_data: return on_key(message.body);
    case server_message::ready_for_query: return on_ready(message.body);
    case server_message::error_response: return on_error(message.body);
    case server_message::notice_response: return on_notice(message.body);
    default: return out_of_order();
    }
}

// --- before anything is sent ---

void startup::judge_settings() const {
    const startup_settings& s = settings_;
    if (!s.tls && s.wanted >= tls_mode::require)
        throw_error(errc::unsupported, "sslmode=" + std::string(to_string(s.wanted)) +
                                           ": TLS is not supported yet, and nothing was sent in the clear");
    if (!s.tls && s.wanted != tls_mode::disable && !s.local)
        throw_error(errc::unsupported,
                    "sslmode=" + std::string(to_string(s.wanted)) +
                        ": TLS is not supported yet, and only connections within this machine go in "
                        "the clear; sslmode=disable says that it is meant");
    if (s.user.empty()) throw_error(errc::misuse, "a connection to PostgreSQL needs the name of a user");
    for (const startup_parameter& given : s.parameters) {
        const bool ours_alone =
            std::any_of(not_to_be_given.begin(), not_to_be_given.end(),
                        [&](std::string_view name) { return same_name(name, given.name); });
        if (ours_alone || given.name.starts_with("_pq_."))
            throw_error(errc::misuse, quoted(given.name) + " is no setting for a session of PostgreSQL");
    }
}

bool startup::replaced(std::string_view name) const noexcept {
    return std::any_of(settings_.parameters.begin(), settings_.parameters.end(),
                       [name](const startup_parameter& given) { return same_name(given.name, name); });
}

void startup::write_startup(output& out) const {
    std::vector<startup_parameter> all{{"user", settings_.user}};
    if (!settings_.database.empty()) all.push_back({"database", settings_.database});
    if (!settings_.application_name.empty()) all.push_back({"application_name", settings_.application_name});
    all.push_back(encoding);
    for (const startup_parameter& one : ours)
        if (!replaced(one.name)) all.push_back(one);
    all.insert(all.end(), settings_.parameters.begin(), settings_.parameters.end());
    write_startup_message(out, all);
}

// --- who we are, and who the server is ---

startup::step startup::on_authentication(std::string_view body, output& out) {
    authentication asked;
    if (!read(body, asked)) return malformed();
    using enum authentication::request;
    switch (due_) {
    case due::request: return on_request(asked, out);
    case due::sasl_continue:
        if (asked.what == sasl_continue) return answer_scram(asked.data, out);
        break;
    case due::sasl_final:
        if (asked.what == sasl_final) return verify_scram(asked.data);
        break;
    case due::verdict:
        if (asked.what != ok) break;
        due_ = due::session;
        return step::read;
    default: break;
    }
    if (asked.what == ok && (due_ == due::sasl_continue || due_ == due::sasl_final))
        return fail(errc::permission_denied,
                    "the server ends SCRAM without a proof that it knows the password");
    return out_of_order();
}

startup::step startup::on_request(const authentication& asked, output& out) {
    using enum authentication::request;
    switch (asked.what) {
    case ok:
        if (const auto refused = against_policy(auth_method::none)) return *refused;
        due_ = due::session;
        return step::read;
    case cleartext_password: return answer_password(out);
    case md5_password: return answer_md5(asked.data, out);
    case sasl: return begin_scram(asked.mechanisms, out);
    default:
        return fail(errc::unsupported,
                    "the server asks for " + std::string(name_of(asked.what)) + ", which is not supported");
    }
}

std::optional<startup::step> startup::against_policy(auth_method method) {
    if (!settings_.policy.allows(method))
        return fail(errc::permission_denied, "the server asks for the authentication method \"" +
                                                 std::string(to_string(method)) + "\", which is not allowed");
    if (method != auth_method::scram_sha_256 && settings_.policy.binding == channel_binding::require)
        return fail(errc::permission_denied,
                    "channel binding is required, and the server asks for the authentication "
                    "method \"" +
                        std::string(to_string(method)) + "\", which has none");
    if (method != auth_method::none && settings_.password.empty())
        return fail(errc::permission_denied, "the server asks for a password, and none was given");
    method_ = method;
    return {};
}

startup::step startup::answer_password(output& out) {
    if (const auto refused = against_policy(auth_method::password)) return *refused;
    if (!settings_.tls && !settings_.policy.password_in_the_clear)
        return fail(errc::permission_denied,
                    "the server asks for the password as it is, and the connection is not encrypted");
    write_password_message(out, settings_.password);
    due_ = due::verdict;
    return step::write;
}

startup::step startup::answer_md5(std::string_view salt, output& out) {
    if (const auto refused = against_policy(auth_method::md5)) return *refused;
    write_password_message(out, md5_answer(settings_.user, settings_.password, salt));
    due_ = due::verdict;
    return step::write;
}

startup::step startup::begin_scram(const text_list& mechanisms, output& out) {
    if (const auto refused = against_policy(auth_method::scram_sha_256)) return *refused;
    bool plain = false;
    bool plus = false;
    for (const std::string_view name : mechanisms) {
        plain = plain || name == scram_mechanism;
        plus = plus || name == scram_plus_mechanism;
    }
    if (!plain && !plus)
        return fail(errc::unsupported,
                    "the server has no SASL mechanism that is supported: only SCRAM-SHA-256 is");
    if (plus && !settings_.tls) // whoever is in between has TLS with the server, and none with us
        return fail(errc::permission_denied,
                    "the server offers SCRAM-SHA-256-PLUS over a connection without TLS");

    const channel_binding wanted = settings_.policy.binding;
    const bool able = settings_.tls && !settings_.end_point.empty() && wanted != channel_binding::disable;
    bound_ = able && plus;
    if (!bound_ && wanted == channel_binding::require)
        return fail(errc::permission_denied,
                    able ? "channel binding is required, and the server does not offer SCRAM-SHA-256-PLUS"
                         : "channel binding is required, and the connection has nothing to be bound to");
    if (!bound_ && !plain)
        return fail(errc::unsupported,
                    "the server takes SCRAM-SHA-256-PLUS alone, and the connection has nothing to "
                    "be bound to");

    scram_client::settings scram{.nonce = settings_.nonce(), .limits = settings_.policy.limits};
    if (bound_) {
        scram.bound = scram_client::binding::tls_end_point;
        scram.bound_to = settings_.end_point;
    } else if (able) {
        scram.bound = scram_client::binding::not_offered;
    }
    scram_.emplace(std::move(scram));
    write_sasl_initial_response(out, bound_ ? scram_plus_mechanism : scram_mechanism, scram_->first());
    due_ = due::sasl_continue;
    return step::write;
}

startup::step startup::answer_scram(std::string_view server_first, output& out) {
    std::string answer;
    const auto how = scram_->answer(server_first, settings_.password, answer);
    if (how != scram_client::outcome::more) return scram_failed(how);
    write_sasl_response(out, answer);
    due_ = due::sasl_final;
    return step::write;
}

startup::step startup::verify_scram(std::string_view server_final) {
    const auto how = scram_->verify(server_final);
    if (how != scram_client::outcome::verified) return scram_failed(how);
    due_ = due::verdict;
    return step::read;
}

startup::step startup::scram_failed(scram_client::outcome how) {
    const std::string why(scram_->why());
    switch (how) {
    case scram_client::outcome::impostor:
        return fail(errc::permission_denied, "the server does not prove that it knows the password: " + why);
    case scram_client::outcome::refused:
        return fail(errc::permission_denied, "the server refuses the authentication: " + why);
    case scram_client::outcome::excessive: return fail(errc::permission_denied, "SCRAM is refused: " + why);
    default: return fail(errc::connect_failed, "SCRAM failed: " + why);
    }
}

// --- the session ---

startup::step startup::on_version(std::string_view body) {
    if (due_ != due::request || negotiated_) return out_of_order();
    negotiated_ = true;
    negotiate_protocol_version has;
    if (!read(body, has)) return malformed();
    // We ask for 3.0 without extensions, which every server of protocol 3 has: some send the major number, some do not.
    if (has.version < 0 || has.version >> 16 > 3 || !has.unknown_options.empty())
        return fail(errc::unsupported, "the server does not speak protocol 3.0");
    return step::read;
}

startup::step startup::on_setting(std::string_view body) {
    parameter_status said;
    if (!read(body, said)) return malformed();
    if (!reported_.set(said.name, said.value))
        return fail(errc::connect_failed, "the server reports more settings than there can be");
    return step::read;
}

startup::step startup::on_key(std::string_view body) {
    if (due_ != due::session || has_key_) return out_of_order();
    backend_key_data given;
    if (!read(body, given)) return malformed();
    has_key_ = true;
    process_ = given.process;
    key_ = given.key;
    return step::read;
}

startup::step startup::on_ready(std::string_view body) {
    if (due_ != due::session) return out_of_order();
    ready_for_query now;
    if (!read(body, now)) return malformed();
    if (now.status != transaction_status::idle)
        return fail(errc::connect_failed, "the server's session begins within a transaction");
    for (const needed& one : needed_settings) {
        if (replaced(one.name)) continue;
        const auto value = reported_.find(one.name);
        if (!value)
            return fail(errc::unsupported, "the server does not say what " + std::string(one.name) + " is");
        if (!same_name(*value, one.value))
            return fail(errc::unsupported, "the server has " + std::string(one.name) + ' ' + quoted(*value) +
                                               ", not " + quoted(one.value) + ": " + std::string(one.why));
    }
    due_ = due::over;
    return step::done;
}

startup::step startup::on_error(std::string_view body) {
    error_response said;
    if (!read(body, said)) return malformed();
    fail(kind_of(said.sqlstate), "the server refuses the connection: " + shown_text(said.message));
    failure_.sqlstate = shown_text(said.sqlstate, 5);
    failure_.temporary = is_temporary(said.sqlstate);
    return step::failed;
}

// At any time; nobody here has a use for it.
startup::step startup::on_notice(std::string_view body) {
    notice_response said;
    return read(body, said) ? step::read : malformed();
}

startup::step startup::out_of_order() {
    return fail(errc::connect_failed, "the server sends a message out of order during its start-up");
}

startup::step startup::malformed() {
    return fail(errc::connect_failed, "the server sends a malformed message during its start-up");
}

startup::step startup::fail(errc kind, std::string message) {
    due_ = due::over;
    scram_.reset();
    failure_ = {.kind = kind, .message = std::move(message)};
    return step::failed;
}

} // namespace hawser::pgwire
