#pragma once

#include "model/task.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace nextjob::api {

// A client's socket, with TLS or without, as one stream for Asio and Beast. Lives on one loop's thread.
class Transport {
  public:
    using executor_type = boost::asio::any_io_executor;

    // Plain without a context; with one, `handshake` comes before all else.
    Transport(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls);

    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    executor_type get_executor() { return socket_.get_executor(); }
    boost::asio::ip::tcp::socket& socket() { return socket_; }
    bool secure() const { return tls_.has_value(); }

    // False when the client does not speak TLS as we do. At once true on a plain connection.
    Task<bool> handshake();

    // Says that no more will be written, while the client may still send.
    Task<> shutdownSend();

    // Ends all that is under way.
    void close();

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        using Signature = void(boost::system::error_code, std::size_t);
        return boost::asio::async_initiate<Token, Signature>(
            [this](auto handler, const Buffers& room) {
                if (tls_)
                    tls_->async_read_some(room, std::move(handler));
                else
                    socket_.async_read_some(room, std::move(handler));
            },
            token, buffers);
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        using Signature = void(boost::system::error_code, std::size_t);
        return boost::asio::async_initiate<Token, Signature>(
            [this](auto handler, const Buffers& data) {
                if (tls_)
                    tls_->async_write_some(data, std::move(handler));
                else
                    socket_.async_write_some(data, std::move(handler));
            },
            token, buffers);
    }

  private:
    boost::asio::ip::tcp::socket socket_;
    std::shared_ptr<boost::asio::ssl::context> context_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
};

}  // namespace nextjob::api
