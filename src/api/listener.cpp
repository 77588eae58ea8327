#include "api/listener.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

namespace nextjob::api {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// How long to wait when the system has no descriptor left for a connection.
constexpr std::chrono::milliseconds exhausted{100};

[[noreturn]] void refuseToStart(const std::string& host, std::uint16_t port, const error_code& error) {
    const std::string where = fmt::format("{}:{}", host, port);
    if (error == asio::error::address_in_use)
        throw std::runtime_error(
            fmt::format("Another program listens on {} already. Stop it, or set PORT to a free port.", where));
    if (error == asio::error::access_denied)
        throw std::runtime_error(
            fmt::format("The system does not allow this user to listen on {}. Set PORT to a port above 1023.", where));
    if (error == asio::error::address_family_not_supported || error.value() == EADDRNOTAVAIL)
        throw std::runtime_error(
            fmt::format("This machine has no address {}. Set HOST to one that it has, 127.0.0.1 or 0.0.0.0.", host));
    throw std::runtime_error(fmt::format("Can't listen on {}: {}.", where, error.message()));
}

tcp::endpoint resolve(const asio::any_io_executor& executor, const std::string& host, std::uint16_t port) {
    error_code error;
    tcp::resolver resolver(executor);
    const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
    if (error || found.empty())
        throw std::runtime_error(
            fmt::format("HOST is {}, which is no address of a machine: {}.", host, error.message()));
    return found.begin()->endpoint();
}

}  // namespace

Listener::Listener(asio::any_io_executor executor, const std::string& host, std::uint16_t port) : acceptor_(executor) {
    const tcp::endpoint endpoint = resolve(executor, host, port);
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) acceptor_.non_blocking(true, error);
    if (error) refuseToStart(host, port, error);
}

void Listener::stop() {
    stopping_ = true;
    error_code ignored;
    acceptor_.cancel(ignored);
}

Task<> Listener::run(std::function<asio::any_io_executor()> executor, std::function<void(tcp::socket)> accepted) {
    error_code error;
    while (!stopping_) {
        tcp::socket socket =
            co_await acceptor_.async_accept(executor(), asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            accepted(std::move(socket));
        } else if (error != asio::error::operation_aborted) {
            asio::steady_timer timer(acceptor_.get_executor(), exhausted);
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }
    for (error = {}; !error;) {
        tcp::socket socket = acceptor_.accept(executor(), error);
        if (!error) accepted(std::move(socket));
    }
    acceptor_.close(error);
}

}  // namespace nextjob::api
