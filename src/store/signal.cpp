#include "store/signal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace nextjob::store {

namespace asio = boost::asio;

// Its members are touched on its strand only.
class Signal::Waiter {
  public:
    explicit Waiter(const asio::any_io_executor& executor) : strand(asio::make_strand(executor)), timer(strand) {}

    asio::strand<asio::any_io_executor> strand;
    asio::steady_timer timer;
    bool notified = false;
};

namespace {

Task<void> waitOnStrand(std::shared_ptr<Signal::Waiter> waiter, std::chrono::milliseconds patience) {
    if (!waiter->notified) {
        waiter->timer.expires_after(patience);
        boost::system::error_code ended;
        co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    }
    waiter->notified = false;
}

}  // namespace

Task<std::shared_ptr<Signal::Waiter>> Signal::subscribe() {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto waiter = std::make_shared<Waiter>(executor);
    const std::lock_guard lock(mutex_);
    std::erase_if(waiters_, [](const auto& other) { return other.expired(); });
    waiters_.push_back(waiter);
    co_return waiter;
}

Task<void> Signal::wait(std::shared_ptr<Waiter> waiter, std::chrono::milliseconds patience) {
    const auto strand = waiter->strand;
    co_await asio::co_spawn(strand, waitOnStrand(std::move(waiter), patience), asio::use_awaitable);
}

void Signal::notify() {
    std::vector<std::shared_ptr<Waiter>> woken;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& waiter : waiters_) {
            if (auto alive = waiter.lock()) woken.push_back(std::move(alive));
        }
    }
    for (auto& waiter : woken) {
        const auto strand = waiter->strand;
        asio::post(strand, [waiter = std::move(waiter)] {
            waiter->notified = true;
            waiter->timer.cancel();
        });
    }
}

}  // namespace nextjob::store
