#include "api/loop.hpp"

#include "api/connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace nextjob::api {

namespace {

constexpr std::chrono::milliseconds lookInterval{250};

}  // namespace

void Loop::add(Connection& connection) {
    connections_.insert(&connection);
    if (!looking_) look();
}

void Loop::remove(Connection& connection) { connections_.erase(&connection); }

// Looks again and again while there are connections.
void Loop::look() {
    looking_ = true;
    auto timer = std::make_shared<boost::asio::steady_timer>(context, lookInterval);
    timer->async_wait([this, timer](const boost::system::error_code&) {
        const auto now = Clock::now();
        for (Connection* connection : connections_) connection->closeIfLate(now);
        looking_ = false;
        if (!connections_.empty()) look();
    });
}

void Loop::drain(std::chrono::milliseconds grace) {
    const auto now = Clock::now();
    for (Connection* connection : connections_) connection->drain(now + grace);
}

void Loop::closeAll() {
    for (Connection* connection : connections_) connection->close();
}

}  // namespace nextjob::api
