#pragma once

#include "model/task.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <utility>

namespace nextjob {

// A coroutine that waits for a value from another thread. Called once, from any thread: the coroutine goes on where it
// runs, whose event loop does not run dry meanwhile.
template <class T>
class Completion {
  public:
    template <class Handler>
    explicit Completion(Handler handler) {
        auto work = boost::asio::make_work_guard(boost::asio::get_associated_executor(handler));
        deliver_ = [guard = std::move(work), waiting = std::move(handler)](T value) mutable {
            boost::asio::post(guard.get_executor(), [resume = std::move(waiting), given = std::move(value)]() mutable {
                resume(std::move(given));
            });
            // Not before: a loop that has nothing more to do may be gone while its post is still returning.
            guard.reset();
        };
    }

    void operator()(T value) { deliver_(std::move(value)); }

  private:
    std::move_only_function<void(T)> deliver_;
};

// Suspends the caller; `start` is called with the Completion<T> that ends this. It must be a variable of the caller's,
// moved: GCC 12 destroys a lambda written inside a co_await twice.
template <class T, class Start>
Task<T> suspended(Start start) {
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
        [](auto handler, Start given) { given(Completion<T>(std::move(handler))); }, boost::asio::use_awaitable,
        std::move(start));
}

}  // namespace nextjob
