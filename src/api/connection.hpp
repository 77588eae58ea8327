#pragma once

#include "api/body_source.hpp"
#include "api/dispatcher.hpp"
#include "api/loop.hpp"
#include "api/transport.hpp"
#include "api/upload_receiver.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <chrono>
#include <optional>

namespace nextjob::api {

// What all connections share; owned by the server.
struct ConnectionContext {
    Dispatcher& dispatcher;
    Front& front;
    std::shared_ptr<spdlog::logger> log;
};

// One client's connection: reads a request, has it answered, writes the reply, and so on until either side has had
// enough. Lives on one loop's thread, owned by the coroutine that runs it.
class Connection final : private BodySource {
  public:
    // With a TLS context when the client is to speak TLS.
    Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls, Loop& loop,
               ConnectionContext context);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Returns when the connection is closed.
    Task<> run();

    void closeIfLate(Loop::Clock::time_point now);
    // If no request is being read or answered, none may begin after this moment.
    void drain(Loop::Clock::time_point until);
    void close();

  private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
    enum class After : bool { Close, KeepAlive };

    Task<After> serveOne();
    Task<bool> waitForRequest();
    Task<std::optional<Response>> readHeader();
    std::optional<Response> takeHeader();
    Task<After> answer();
    Task<bool> write(Response response, std::string_view route, After after);
    // Sends the pieces of a body, each as a chunk or all of them up to the connection's end. The bytes sent; nothing
    // when the body could not be ended.
    Task<std::optional<std::size_t>> writePieces(BodyStream& body, bool chunked);
    Task<> replyAndLinger(Response response, std::string_view route);

    Task<std::optional<Response>> read(Body kind) override;
    Task<std::optional<Response>> receive(Spool& spool) override;
    Task<std::optional<Response>> overQuota(UploadReceiver& receiver, Spool& spool);
    // The next bytes of the body, at most `size`; 0 at its end. Nothing, and lost_ or a broken body, on failure.
    Task<std::optional<std::size_t>> readPiece(char* data, std::size_t size);
    bool bodySkippable() const;
    Task<bool> skipBody();
    Task<bool> sendContinue();
    std::optional<Response> bodyFailure() const;

    void within(std::chrono::milliseconds time) { deadline_ = Loop::Clock::now() + time; }
    void withoutDeadline() { deadline_ = Loop::Clock::time_point::max(); }
    const Limits& limits() const { return context_.front.limits; }

    Transport transport_;
    Loop& loop_;
    ConnectionContext context_;
    boost::asio::ip::address peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Request request_;
    Loop::Clock::time_point deadline_ = Loop::Clock::time_point::max();
    Loop::Clock::time_point began_;  // the request's first byte
    bool idle_ = true;               // no byte of a request has come
    bool lost_ = false;              // the peer is gone, or was late
    bool broken_ = false;            // what it sends is not HTTP
    bool awaitsContinue_ = false;
};

}  // namespace nextjob::api
