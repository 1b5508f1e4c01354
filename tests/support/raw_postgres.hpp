#pragma once
// A plain blocking connection to a PostgreSQL server: to look at a database behind the driver's back, and to try what
// the protocol does. Knows nothing of the library but how bytes are laid out.
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

// Where a database is.
struct postgres_address {
    std::string host; // the folder of the socket, where it begins with '/'; else numbers with dots
    std::uint16_t port = 0;
    std::string user{};
    std::string database{};
    std::string password{};

    [[nodiscard]] std::string url() const;
    [[nodiscard]] bool by_socket() const noexcept { return host.starts_with('/'); }
};

// Opens a stream to it, without a word. Throws std::runtime_error.
[[nodiscard]] int connect_to(const postgres_address& where);

// What the server said; what() is its message.
class postgres_failure : public std::runtime_error {
public:
    postgres_failure(std::string state, const std::string& text)
        : std::runtime_error(text), state_(std::move(state)) {}
    [[nodiscard]] const std::string& sqlstate() const noexcept { return state_; }

private:
    std::string state_;
};

struct postgres_message {
    char type = 0;
    std::string body;
};

// Waits half a minute for an answer, then throws.
class raw_postgres {
public:
    // Trusted, or with a password in the clear.
    explicit raw_postgres(const postgres_address& where);
    // Connected only: nothing has been said.
    [[nodiscard]] static raw_postgres unstarted(const postgres_address& where);
    ~raw_postgres();
    raw_postgres(raw_postgres&& other) noexcept;
    raw_postgres& operator=(raw_postgres&&) = delete;

    // --- by the simple protocol, all values as text ---
    void exec(const std::string& sql);
    // Of the last statement that gives any; "NULL" where it is NULL.
    [[nodiscard]] std::vector<std::vector<std::string>> rows(const std::string& sql);
    // First column of the first row, empty where there is no row.
    [[nodiscard]] std::string text(const std::string& sql);
    [[nodiscard]] std::int64_t integer(const std::string& sql) { return std::stoll(text(sql)); }

    // --- by hand ---
    void send(std::string_view bytes);
    // The next message. Throws where the connection has ended.
    [[nodiscard]] postgres_message receive();
    // All up to ReadyForQuery, which is the last.
    [[nodiscard]] std::vector<postgres_message> until_ready();
    // The server has ended the connection, and all it said before was received.
    [[nodiscard]] bool at_end();

    [[nodiscard]] std::int32_t process() const noexcept { return process_; } // of the backend
    [[nodiscard]] std::int32_t secret() const noexcept { return secret_; }
    [[nodiscard]] const std::string& parameter(const std::string& name) const { return parameters_.at(name); }
    [[nodiscard]] int descriptor() const noexcept { return socket_; }

private:
    explicit raw_postgres(int socket) : socket_(socket) {}
    void start(const postgres_address& where);
    bool fill(std::size_t wanted);

    int socket_ = -1;
    std::int32_t process_ = 0;
    std::int32_t secret_ = 0;
    std::map<std::string, std::string> parameters_;
    std::string unread_;
};

// The letters of the types of messages: "12DCZ".
[[nodiscard]] std::string types_of(const std::vector<postgres_message>& messages);
// A field of an ErrorResponse or NoticeResponse, by its letter; empty: it has none.
[[nodiscard]] std::string field_of(const postgres_message& said, char letter);

} // namespace support
