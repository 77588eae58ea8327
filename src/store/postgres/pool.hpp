#pragma once

#include "model/error.hpp"
#include "model/task.hpp"
#include "store/postgres/connection.hpp"
#include "store/store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace nextjob::store::postgres {

struct PoolOptions {
    std::string url;
    std::size_t connections = 8;                      // at most
    std::size_t maximumWaiting = 1024;                // calls that wait for a connection; further ones are refused
    std::chrono::milliseconds connectionWait{5'000};  // how long each waits
    std::chrono::milliseconds callDeadline{15'000};   // of one call on its connection, while the server says nothing
    std::chrono::milliseconds statementTimeout{10'000};
};

class Pool;

// A connection that is lent to one call. Given back at the end, whatever the end is: one with an answer unread or a
// transaction open, as after a coroutine that was cancelled or destroyed, is closed instead of lent again.
class Lease {
  public:
    Lease() = default;
    Lease(Pool& pool, std::shared_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept : pool_(other.pool_), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    Connection& operator*() const { return *connection_; }

  private:
    Pool* pool_ = nullptr;
    std::shared_ptr<Connection> connection_;
};

// The connections to one server. A thread of its own makes them, and makes them anew, after waits that grow, when the
// server has gone; another one ends calls and waits that take too long. Shared by all threads; must outlive its leases.
class Pool {
  public:
    Pool(PoolOptions options, std::shared_ptr<Connection> first);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Unavailable when too many wait already, or no connection is free in time. Resumes on the caller's executor.
    Task<Result<Lease>> lease();

    Connections connections() const;

  private:
    friend class Lease;
    using Clock = Connection::Clock;
    using Handler = std::move_only_function<void(Result<Lease>)>;
    struct Waiter {
        Clock::time_point deadline;
        Handler handler;
    };

    std::shared_ptr<Connection> takeIdle();
    void enter(Handler handler);
    void giveBack(std::shared_ptr<Connection> connection);
    void hand(std::shared_ptr<Connection> connection);
    void connectLoop(const std::stop_token& stop);
    void watchLoop(const std::stop_token& stop);
    Error noConnection() const;

    const PoolOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable_any wanted_;  // a connection is to be made
    std::condition_variable_any watching_;
    std::vector<std::shared_ptr<Connection>> idle_;
    std::vector<std::shared_ptr<Connection>> lent_;
    std::deque<Waiter> waiting_;
    std::string lastFailure_;  // why the server could not be reached; "" when it can
    std::jthread connector_;
    std::jthread watch_;
};

}  // namespace nextjob::store::postgres
