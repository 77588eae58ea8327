#include "api/connection.hpp"

#include "api/framing.hpp"
#include "api/middleware/access_log.hpp"
#include "api/middleware/client_address.hpp"
#include "api/middleware/request_id.hpp"
#include "api/reply.hpp"
#include "api/response_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <spdlog/spdlog.h>

#include <array>

namespace nextjob::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t readBytes = 8192;
// How much of what nobody wants is read before the connection is closed, so that the client sees the reply.
constexpr std::size_t lingerBytes = std::size_t{1} << 20U;
constexpr std::chrono::milliseconds lingerTime{1'000};

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls, Loop& loop,
                       ConnectionContext context)
    : transport_(std::move(socket), std::move(tls)), loop_(loop), context_(std::move(context)) {
    loop_.add(*this);
}

Connection::~Connection() { loop_.remove(*this); }

void Connection::close() { transport_.close(); }

void Connection::closeIfLate(Loop::Clock::time_point now) {
    if (now < deadline_) return;
    withoutDeadline();
    close();
}

void Connection::drain(Loop::Clock::time_point until) {
    if (idle_) deadline_ = std::min(deadline_, until);
}

Task<> Connection::run() {
    error_code error;
    auto& socket = transport_.socket();
    socket.set_option(asio::ip::tcp::no_delay(true), error);
    peer_ = socket.remote_endpoint(error).address();
    within(limits().header);
    if (co_await transport_.handshake()) {
        while (co_await serveOne() == After::KeepAlive) {
        }
        within(lingerTime);
        co_await transport_.shutdownSend();
    }
    close();
}

Task<Connection::After> Connection::serveOne() {
    if (!co_await waitForRequest()) co_return After::Close;
    if (auto refusal = co_await readHeader()) {
        co_await replyAndLinger(std::move(*refusal), {});
        co_return After::Close;
    }
    if (lost_) co_return After::Close;
    co_return co_await answer();
}

Task<bool> Connection::waitForRequest() {
    if (buffer_.size() > 0) co_return true;  // a pipelined request
    idle_ = true;
    within(context_.front.draining ? limits().drainGrace : limits().idle);
    error_code error;
    const std::size_t got = co_await transport_.async_read_some(buffer_.prepare(readBytes), into(error));
    buffer_.commit(got);
    co_return !error;
}

// Reads up to the end of the header. A refusal when that is not HTTP; lost_ when the peer went away.
Task<std::optional<Response>> Connection::readHeader() {
    idle_ = false;
    began_ = Loop::Clock::now();
    within(limits().header);
    broken_ = awaitsContinue_ = false;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits().headerBytes));
    parser_->body_limit(boost::none);
    request_ = Request{};
    error_code error;
    co_await http::async_read_header(transport_, buffer_, *parser_, into(error));
    if (!error) co_return takeHeader();
    request_.id = requestId({});
    if (error == http::error::header_limit)
        co_return refuse(431, "The request's header is longer than the server takes.");
    if (error.category() == make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream
        && error != http::error::partial_message)
        co_return refuse(400, "This is not a well-formed HTTP request.");
    lost_ = true;
    co_return std::nullopt;
}

// The parsed header into request_.
std::optional<Response> Connection::takeHeader() {
    const auto& message = parser_->get();
    for (const auto& field : message) request_.headers.add(field.name_string(), field.value());
    request_.id = requestId(request_.headers["X-Request-ID"]);
    request_.client = rateLimitKey(context_.front.trustedProxies.clientOf(peer_, request_.headers));
    if (const auto reason = ambiguousFraming(request_.headers, message.version())) return refuse(400, *reason);
    const auto method = methodNamed(message.method_string());
    if (!method) return refuse(501, "Not Implemented");
    auto target = parseTarget(message.target());
    if (!target) return refuse(400, "The request's path or query is not well-formed.");
    const std::string_view expect = request_.headers["Expect"];
    if (!expect.empty() && !equalIgnoringCase(expect, "100-continue")) return refuse(417, "Expectation Failed");
    awaitsContinue_ = !expect.empty();
    request_.method = *method;
    request_.target = std::move(*target);
    return {};
}

Task<Connection::After> Connection::answer() {
    withoutDeadline();
    Dispatcher::Answer answer = co_await context_.dispatcher.answer(Exchange{request_, *this});
    request_.upload.reset();  // nobody took it
    if (lost_) co_return After::Close;
    if (broken_ || !bodySkippable()) {
        co_await replyAndLinger(std::move(answer.response), answer.route);
        co_return After::Close;
    }
    // HTTP/1.0 knows no chunks: the end of the connection ends the body.
    const bool endless = answer.response.stream != nullptr && parser_->get().version() < 11;
    const bool keepAlive = !endless && parser_->get().keep_alive() && !context_.front.draining;
    const After after = keepAlive ? After::KeepAlive : After::Close;
    const bool written = co_await write(std::move(answer.response), answer.route, after);
    co_return written&& co_await skipBody() ? after : After::Close;
}

Task<bool> Connection::write(Response response, std::string_view route, After after) {
    context_.front.cors.allow(request_.headers["Origin"], response);
    if (transport_.secure()) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    const bool chunked = response.stream != nullptr && parser_->get().version() >= 11;
    if (chunked) response.headers.emplace_back("Transfer-Encoding", "chunked");
    const std::string head = responseHead(response, request_.id, after == After::Close);
    const bool bodyToo = request_.method != Method::Head;
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head),
                                                  bodyToo ? asio::buffer(response.body) : asio::const_buffer{}};
    within(limits().write);
    error_code error;
    std::size_t written = co_await asio::async_write(transport_, parts, into(error));
    bool whole = !error;
    if (whole && bodyToo && response.stream) {
        const auto streamed = co_await writePieces(*response.stream, chunked);
        whole = streamed.has_value();
        written += streamed.value_or(0);
    }
    logAccess(*context_.log, {.requestId = request_.id,
                              .method = name(request_.method),
                              .route = route,
                              .status = response.status,
                              .userId = request_.userId,
                              .bytesOut = written,
                              .duration = Loop::Clock::now() - began_,
                              .reason = request_.reason});
    co_return whole;
}

// Replies and closes while the client may still be sending: closing at once would make its kernel throw the reply away.
Task<> Connection::replyAndLinger(Response response, std::string_view route) {
    if (!co_await write(std::move(response), route, After::Close)) co_return;
    error_code error;
    within(lingerTime);
    co_await transport_.shutdownSend();
    buffer_.clear();
    for (std::size_t seen = 0; !error && seen < lingerBytes;)
        seen += co_await transport_.socket().async_read_some(buffer_.prepare(readBytes), into(error));
}

}  // namespace nextjob::api
