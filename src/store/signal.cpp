#include "store/signal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <mutex>
#include <vector>

namespace nextjob::store {

namespace asio = boost::asio;

struct Signal::Register {
    std::mutex mutex;
    std::vector<const Waiter*> waiters;
};

// Registered for as long as it lives, and its event loop lives longer: so nobody posts to a loop that is gone.
class Signal::Waiter {
  public:
    // Touched on the strand only.
    struct State {
        explicit State(const asio::any_io_executor& executor) : timer(executor) {}

        asio::steady_timer timer;
        bool notified = false;
    };

    Waiter(const asio::any_io_executor& executor, std::shared_ptr<Register> registered)
        : strand(asio::make_strand(executor)),
          state(std::make_shared<State>(strand)),
          register_(std::move(registered)) {
        const std::lock_guard lock(register_->mutex);
        register_->waiters.push_back(this);
    }
    ~Waiter() {
        const std::lock_guard lock(register_->mutex);
        std::erase(register_->waiters, this);
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    const asio::strand<asio::any_io_executor> strand;
    const std::shared_ptr<State> state;

  private:
    const std::shared_ptr<Register> register_;
};

namespace {

Task<void> waitOnStrand(std::shared_ptr<Signal::Waiter> waiter, std::chrono::milliseconds patience) {
    Signal::Waiter::State& state = *waiter->state;
    if (!state.notified) {
        state.timer.expires_after(patience);
        boost::system::error_code ended;
        co_await state.timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    }
    state.notified = false;
}

}  // namespace

Signal::Signal() : register_(std::make_shared<Register>()) {}

Task<std::shared_ptr<Signal::Waiter>> Signal::subscribe() {
    co_return std::make_shared<Waiter>(co_await asio::this_coro::executor, register_);
}

Task<void> Signal::wait(std::shared_ptr<Waiter> waiter, std::chrono::milliseconds patience) {
    const auto strand = waiter->strand;
    co_await asio::co_spawn(strand, waitOnStrand(std::move(waiter), patience), asio::use_awaitable);
}

// Under the lock to the end: a waiter that goes waits for it, and its loop for the waiter.
void Signal::notify() {
    const std::lock_guard lock(register_->mutex);
    for (const Waiter* waiter : register_->waiters) {
        asio::post(waiter->strand, [state = waiter->state] {
            state->notified = true;
            state->timer.cancel();
        });
    }
}

}  // namespace nextjob::store
