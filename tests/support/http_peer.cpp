#include "support/http_peer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include <algorithm>

namespace nextjob::test {

namespace asio = boost::asio;

std::string httpReply(int status, const std::string& body, const std::string& headers) {
    return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
           + headers + "\r\n" + body;
}

HttpPeer::HttpPeer(Answer answer, asio::ssl::context* tls)
    : answer_(std::move(answer)),
      tls_(tls),
      acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
      thread_([this] { run(); }) {}

HttpPeer::~HttpPeer() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // wakes the thread that waits in accept
    thread_.join();
    {
        const std::scoped_lock lock(mutex_);
        for (auto& socket : sockets_) ::shutdown(socket.native_handle(), SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
}

std::string HttpPeer::url(const std::string& path) const {
    return (tls_ != nullptr ? "https" : "http") + ("://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()))
           + path;
}

void HttpPeer::run() {
    while (true) {
        boost::system::error_code ended;
        Socket accepted = acceptor_.accept(ended);
        if (ended) return;
        ++connections_;
        const std::scoped_lock lock(mutex_);
        Socket& socket = sockets_.emplace_back(std::move(accepted));
        threads_.emplace_back([this, &socket] { serve(socket); });
    }
}

void HttpPeer::serve(Socket& socket) {
    boost::system::error_code ignored;
    if (tls_ == nullptr) {
        talk(socket);
    } else {
        asio::ssl::stream<Socket&> stream(socket, *tls_);
        stream.handshake(asio::ssl::stream_base::server, ignored);
        if (!ignored) talk(stream);
    }
    ::shutdown(socket.native_handle(), SHUT_RDWR);
}

template <class Stream>
void HttpPeer::talk(Stream& stream) {
    std::string buffer;
    boost::system::error_code ended;
    while (true) {
        const std::size_t end = asio::read_until(stream, asio::dynamic_buffer(buffer), "\r\n\r\n", ended);
        if (ended) return;
        PeerRequest request{.head = buffer.substr(0, end), .body = {}};
        buffer.erase(0, end);
        const auto length = request.head.find("Content-Length: ");
        const std::size_t size = length == std::string::npos ? 0 : std::stoul(request.head.substr(length + 16));
        if (buffer.size() < size)
            asio::read(stream, asio::dynamic_buffer(buffer), asio::transfer_exactly(size - buffer.size()), ended);
        request.body = buffer.substr(0, size);
        buffer.erase(0, std::min(size, buffer.size()));
        ++requests_;
        const PeerReply reply = answer_(request);
        asio::write(stream, asio::buffer(reply.bytes), ended);
        if (ended || reply.close) return;
    }
}

}  // namespace nextjob::test
