#include "auth/google/renewals.hpp"

#include "auth/google/google_connections.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <memory>

namespace nextjob::auth {

namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;

// One call's work, which may outlast it. On the caller's executor, which runs one piece of it at a time.
struct Renewals {
    Renewals(const asio::any_io_executor& executor, std::vector<UserId> due, Clock::time_point until)
        : users(std::move(due)), deadline(until), over(executor, until) {}

    std::vector<UserId> users;
    Clock::time_point deadline;
    asio::steady_timer over;  // at the deadline, or cancelled by the last lane
    std::size_t next = 0;
    std::size_t lanes = 0;
    std::exception_ptr fault;
};

// Whether it can be renewed is for whoever reads the row afterwards: a connection that is broken is marked as such.
Task<> lane(std::shared_ptr<Renewals> work, GoogleConnections& connections) {
    while (work->next < work->users.size() && Clock::now() < work->deadline)
        (void)co_await connections.accessToken(work->users[work->next++], {});
}

}  // namespace

Task<> renewTokens(GoogleConnections& connections, std::vector<UserId> users, RenewalBounds bounds) {
    if (users.empty()) co_return;
    const auto executor = co_await asio::this_coro::executor;
    auto work = std::make_shared<Renewals>(executor, std::move(users), Clock::now() + bounds.time);
    work->lanes = std::min(bounds.atOnce, work->users.size());
    for (std::size_t number = work->lanes; number > 0; --number) {
        asio::co_spawn(executor, lane(work, connections), [work](const std::exception_ptr& fault) {
            if (fault) work->fault = fault;
            if (--work->lanes == 0) work->over.cancel();
        });
    }
    boost::system::error_code cancelled;
    if (work->lanes > 0) co_await work->over.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (work->fault) std::rethrow_exception(work->fault);
}

}  // namespace nextjob::auth
