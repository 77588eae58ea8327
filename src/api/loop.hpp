#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <unordered_set>

namespace nextjob::api {

class Connection;

// One event loop with the connections that live on it, run by one thread. Deadlines are enforced by a look at all
// connections every quarter of a second, which costs a request nothing but the setting of a time.
class Loop {
  public:
    using Clock = std::chrono::steady_clock;

    boost::asio::io_context context{1};

    // On the loop's thread only.
    void add(Connection& connection);
    void remove(Connection& connection);
    // Connections without a request end after the grace; others after their reply.
    void drain(std::chrono::milliseconds grace);
    void closeAll();

  private:
    void look();

    std::unordered_set<Connection*> connections_;
    bool looking_ = false;
};

}  // namespace nextjob::api
