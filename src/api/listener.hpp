#pragma once

#include "model/task.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>

namespace nextjob::api {

// The socket that listens. Lives on one executor's thread, but for its construction.
class Listener {
  public:
    // Binds and listens. Throws std::runtime_error that says which address and what to do.
    Listener(boost::asio::any_io_executor executor, const std::string& host, std::uint16_t port);

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    // Hands on each connection until `stop`; then those that the system has already accepted for us, and returns.
    // `executor` says where the next connection is to live.
    Task<> run(std::function<boost::asio::any_io_executor()> executor,
               std::function<void(boost::asio::ip::tcp::socket)> accepted);

    void stop();

  private:
    boost::asio::ip::tcp::acceptor acceptor_;
    bool stopping_ = false;
};

}  // namespace nextjob::api
