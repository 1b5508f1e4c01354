#pragma once
// An operation for tests: counts what happens to it.
#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <hawser/async/operation.hpp>

namespace support {

class errand final : public hawser::async::operation {
public:
    static boost::intrusive_ptr<errand> make() { return boost::intrusive_ptr<errand>(new errand); }

    std::atomic<int> cancelled{0};
    std::atomic<int> abandoned{0};
    boost::asio::cancellation_type how = boost::asio::cancellation_type::none;
    bool ends_when_cancelled = true;

    friend void intrusive_ptr_add_ref(errand* e) noexcept { e->references_.fetch_add(1); }
    friend void intrusive_ptr_release(errand* e) noexcept {
        if (e->references_.fetch_sub(1) == 1) delete e;
    }

private:
    errand() = default;
    void on_cancel(boost::asio::cancellation_type type) override {
        ++cancelled;
        how = type;
        if (ends_when_cancelled) deliver(*this);
    }
    void on_abandoned() noexcept override { ++abandoned; }
    void keep_alive() noexcept override { intrusive_ptr_add_ref(this); }
    void let_go() noexcept override { intrusive_ptr_release(this); }

    std::atomic<int> references_{0};
};

using errand_ptr = boost::intrusive_ptr<errand>;

} // namespace support
