#include "api/transport.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace nextjob::api {

namespace asio = boost::asio;
using boost::system::error_code;

Transport::Transport(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls)
    : socket_(std::move(socket)), context_(std::move(tls)) {
    if (context_) tls_.emplace(socket_, *context_);
}

Task<bool> Transport::handshake() {
    if (!tls_) co_return true;
    error_code error;
    co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
}

Task<> Transport::shutdownSend() {
    error_code error;
    if (tls_) co_await tls_->async_shutdown(asio::redirect_error(asio::use_awaitable, error));
    if (socket_.is_open()) socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
}

void Transport::close() {
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace nextjob::api
