#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace nextjob::test {

// What a client sent.
struct PeerRequest {
    std::string head;  // with the empty line
    std::string body;

    bool has(const std::string& text) const { return head.find(text) != std::string::npos; }
};

// What to send back, byte for byte.
struct PeerReply {
    std::string bytes;
    bool close = false;  // the connection, after the bytes
};

// Bytes of a whole reply with this body.
std::string httpReply(int status, const std::string& body, const std::string& headers = "");

// A server on a port of this machine for tests of our HTTP client: each connection is a thread that reads requests and
// sends what `answer` says, from whichever thread.
class HttpPeer {
  public:
    using Answer = std::function<PeerReply(const PeerRequest&)>;

    // With `tls`, over TLS.
    explicit HttpPeer(Answer answer, boost::asio::ssl::context* tls = nullptr);
    ~HttpPeer();
    HttpPeer(const HttpPeer&) = delete;
    HttpPeer& operator=(const HttpPeer&) = delete;

    std::string url(const std::string& path = "/") const;
    int connections() const { return connections_; }
    int requests() const { return requests_; }

  private:
    using Socket = boost::asio::ip::tcp::socket;

    void run();
    void serve(Socket& socket);
    template <class Stream>
    void talk(Stream& stream);

    Answer answer_;
    boost::asio::ssl::context* tls_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::atomic<int> connections_{0}, requests_{0};
    std::mutex mutex_;
    std::list<Socket> sockets_;  // guarded by mutex_
    std::list<std::thread> threads_;
    std::thread thread_;
};

}  // namespace nextjob::test
