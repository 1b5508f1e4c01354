#pragma once
// A PostgreSQL server that is none: it says what a test has written down, and remembers what it hears.
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <hawser/testing/temporary_folder.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace support {

// What a fake server does, step by step. Steps speak of the connection that was accepted last, or of that which on()
// names, counted from 0.
class dialogue {
public:
    // The next connection.
    dialogue& accept();
    dialogue& on(std::size_t connection);
    // Exactly these bytes come next.
    dialogue& expect(std::string bytes);
    // A message of this type comes next, whatever it says; type 0: one without, as at the start of a connection.
    dialogue& expect_message(char type);
    // The client closes its side, and nothing comes before that.
    dialogue& expect_end();
    // Nothing has come so far that no step has expected.
    dialogue& expect_silence();
    // Sends the bytes; `piece` above 0: so many at a time, each when the client has taken those before.
    dialogue& answer(std::string bytes, std::size_t piece = 0);
    // Until fake_server::let_go().
    dialogue& pause();
    dialogue& close();
    // Without a farewell: the client's system says so instead of an end. Of a unix socket it does where the server has
    // left something unread, else this is close().
    dialogue& reset();
    // Nobody listens from here on.
    dialogue& deafen();
    // In the server's thread.
    dialogue& run(std::function<void()> what);
    // accept(), a start-up message whatever it says, and the answer to one that nobody asks a password for.
    dialogue& login(std::int32_t process = 4711, std::int32_t secret = 1234);
    // All steps of another one.
    dialogue& then(const dialogue& more);

    [[nodiscard]] std::size_t size() const noexcept { return steps_.size(); }
    // The first `steps` of them, then close() or reset() of every connection: one and the same conversation, broken at
    // each of its places.
    enum class breaking : unsigned char { closes, resets };
    [[nodiscard]] dialogue cut(std::size_t steps, breaking how) const;

private:
    friend class fake_server;
    enum class kind : unsigned char {
        accept,
        on,
        expect,
        expect_message,
        expect_end,
        expect_silence,
        answer,
        pause,
        close,
        reset,
        deafen,
        run,
        break_all
    };
    struct step {
        kind what;
        std::string bytes{};
        std::size_t number = 0;
        std::function<void()> call{};
    };
    dialogue& add(step s);
    std::vector<step> steps_;
};

// Plays a script in a thread of its own, once. When it is done nobody listens any more; the connections stay open, and
// what still comes is remembered, until the server is destroyed. When something else came than the script expects, all
// are closed.
class fake_server {
public:
    enum class listens : unsigned char { socket, tcp };
    explicit fake_server(dialogue s, listens how = listens::socket);
    ~fake_server();
    fake_server(const fake_server&) = delete;
    fake_server& operator=(const fake_server&) = delete;

    // Of a database `fake` for the user hawser.
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string host() const; // a folder or 127.0.0.1
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    // Waits until the script stands at a pause. Throws what went wrong where it never does.
    void wait_for_pause();
    // Past the pause that it stands at, or the next one.
    void let_go();
    // Waits for the end of the script. Throws std::runtime_error: the step that failed, with the bytes that were expected
    // and those that came.
    void finish();

    // Since each connection was accepted, in the order of acceptance.
    [[nodiscard]] std::size_t connections() const;
    [[nodiscard]] std::string received(std::size_t connection = 0) const;
    // So many pieces it came in. tcp only, and exact there: each write of the client's below 32 KiB is a segment.
    [[nodiscard]] std::size_t writes(std::size_t connection = 0) const;

private:
    using kind = dialogue::kind;
    struct connection {
        int socket = -1;
        std::string received{};
        std::size_t taken = 0; // of what was received, by the script
        bool ended = false;    // the client's side
        std::optional<std::size_t> segments{};
    };
    struct stopped {};

    void listen();
    void play() noexcept;
    void perform(const dialogue::step& s);
    void accept();
    void expect(const std::string& bytes);
    void expect_message(char type);
    void expect_end();
    void expect_silence();
    void answer(const std::string& bytes, std::size_t piece);
    void send(std::string_view bytes);
    void wait_until_taken();
    void pause();
    void end(std::size_t which, bool reset);
    void end_all(bool reset);
    void remember_the_rest();
    [[nodiscard]] connection& current() { return connections_.at(current_); }
    // Waits for one of these; false: in vain. Throws `stopped`.
    bool wait(int descriptor, short events, int milliseconds);
    // False: nothing more comes.
    bool hear(std::size_t which);

    dialogue script_;
    hawser::testing::temporary_folder folder_;
    listens how_;
    int listener_ = -1;
    int wake_ = -1;
    std::uint16_t port_ = 0;
    std::size_t current_ = 0;

    mutable std::mutex guard_;
    std::condition_variable changed_;
    std::vector<connection> connections_;
    std::size_t passes_ = 0; // pauses that may be left
    bool paused_ = false;
    bool done_ = false;
    bool stops_ = false;
    std::string failure_;

    std::thread thread_;
};

} // namespace support
