#include "api/connection.hpp"
#include "api/multipart.hpp"
#include "api/reply.hpp"
#include "api/spool.hpp"
#include "model/run_on.hpp"
#include "store/imports.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <fmt/format.h>

// How a connection reads the bodies of its requests.
namespace nextjob::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// What is read of a body that nobody asked for, to keep the connection; a longer one ends it.
constexpr std::size_t skippableBytes = std::size_t{64} * 1024;
constexpr std::size_t smallPiece = std::size_t{16} * 1024;
constexpr std::size_t uploadPiece = std::size_t{64} * 1024;

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

// How much room the next piece of a body gets: as much as has come, so that memory follows what a client sends and not
// what it announces; never more than its length says.
std::size_t roomFor(std::size_t have, boost::optional<std::uint64_t> length) {
    const std::size_t room = std::max(have, smallPiece);
    return length && *length > have ? std::min(static_cast<std::size_t>(*length) - have, room) : room;
}

std::optional<Response> wrongType(Body kind, std::string_view header) {
    const std::string type = mediaType(header);
    if (kind == Body::Form && type != "application/x-www-form-urlencoded")
        return refuse(415, "Send the fields as application/x-www-form-urlencoded.");
    if (kind == Body::Parcel && type != "application/octet-stream")
        return refuse(415, "Send the mails as application/octet-stream.");
    if ((kind == Body::Json || kind == Body::Batch || kind == Body::Found) && type != "application/json"
        && !type.ends_with("+json"))
        return refuse(415, "Send the body as application/json.");
    return {};
}

std::size_t limitOf(Body kind, const Limits& limits) {
    if (kind == Body::Found || kind == Body::Parcel) return limits.parcelBytes;
    return kind == Body::Batch ? limits.batchBytes : limits.bodyBytes;
}

}  // namespace

Task<std::optional<Response>> Connection::read(Body kind) {
    if (kind == Body::None) co_return std::nullopt;
    const auto length = parser_->content_length();
    const bool any = parser_->chunked() || length.value_or(0) > 0;
    if (any)
        if (auto refusal = wrongType(kind, request_.headers["Content-Type"])) co_return refusal;
    const std::size_t limit = limitOf(kind, limits());
    const auto tooLarge = [limit] { return refuse(413, fmt::format("A body may have at most {} bytes.", limit)); };
    if (length.value_or(0) > limit) co_return tooLarge();
    if (any && !co_await sendContinue()) co_return bodyFailure();
    within(kind == Body::Found || kind == Body::Parcel ? limits().parcel : limits().body);
    std::string& body = request_.body;
    while (!parser_->is_done()) {
        const std::size_t before = body.size();
        body.resize(before + roomFor(before, length));
        const auto got = co_await readPiece(body.data() + before, body.size() - before);
        if (!got) co_return bodyFailure();
        body.resize(before + *got);
        if (body.size() > limit) co_return tooLarge();
    }
    withoutDeadline();
    co_return std::nullopt;
}

Task<std::optional<Response>> Connection::receive(Spool& spool) {
    std::optional<std::uint64_t> length;
    if (const auto& said = parser_->content_length()) length = *said;
    // The place first, then a look at the others: of two at once, one sees the other.
    UploadReceiver receiver(limits(), spool.directory,
                            spool.quota.place(request_.userId, std::min(length.value_or(0), limits().uploadBytes)));
    const auto disk = spool.disk;
    std::string fileName;
    for (const auto& [key, value] : request_.target.query)
        if (key == "file_name") fileName = value;
    auto refusal =
        co_await runOn(disk, [&] { return receiver.begin(request_.headers["Content-Type"], fileName, length); });
    if (refusal) co_return refusal;
    refusal = co_await overQuota(receiver, spool);
    if (refusal) co_return refusal;
    if (!co_await sendContinue()) co_return bodyFailure();
    std::string piece(uploadPiece, '\0');
    while (!parser_->is_done()) {
        within(limits().uploadPause);
        const auto got = co_await readPiece(piece.data(), piece.size());
        withoutDeadline();
        if (!got) co_return bodyFailure();
        if (receiver.asksAgain()) {
            refusal = co_await overQuota(receiver, spool);
            if (refusal) co_return refusal;
        }
        refusal = co_await runOn(disk, [&] { return receiver.take(std::string_view(piece).substr(0, *got)); });
        if (refusal) co_return refusal;
    }
    co_return co_await runOn(disk, [&] { return receiver.finish(request_.upload); });
}

Task<std::optional<Response>> Connection::overQuota(UploadReceiver& receiver, Spool& spool) {
    const auto unread = co_await spool.imports.unreadBytes(request_.userId);
    if (!unread) co_return refuse(unread.error());
    co_return receiver.besides(*unread);
}

// Fills `data` as far as the body goes.
Task<std::optional<std::size_t>> Connection::readPiece(char* data, std::size_t size) {
    auto& body = parser_->get().body();
    body.data = data;
    body.size = size;
    error_code error;
    co_await http::async_read(transport_, buffer_, *parser_, into(error));
    if (error == http::error::need_buffer) error = {};  // it is full
    if (!error) co_return size - body.size;
    const bool notHttp = error.category() == make_error_code(http::error::bad_chunk).category()
                         && error != http::error::partial_message && error != http::error::end_of_stream;
    (notHttp ? broken_ : lost_) = true;
    co_return std::nullopt;
}

// The reply to a body that could not be read; when the peer is gone nobody will see it.
std::optional<Response> Connection::bodyFailure() const {
    return refuse(400, lost_ ? "The connection ended within the body." : "The body's chunks are not well-formed.");
}

Task<bool> Connection::sendContinue() {
    if (!awaitsContinue_) co_return true;
    awaitsContinue_ = false;
    constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
    within(limits().write);
    error_code error;
    co_await asio::async_write(transport_, asio::buffer(line), into(error));
    lost_ = static_cast<bool>(error);
    co_return !error;
}

// Whether what is left of the body is short enough to be read and dropped. It is not when the client waits for a word
// before it sends it.
bool Connection::bodySkippable() const {
    if (parser_->is_done()) return true;
    const auto left = parser_->content_length_remaining();
    return left && *left <= skippableBytes && !awaitsContinue_;
}

// Reads what is left of a body after the reply, so that the next request can follow.
Task<bool> Connection::skipBody() {
    within(limits().body);
    std::string skipped(parser_->is_done() ? 0 : smallPiece, '\0');
    while (!parser_->is_done())
        if (!co_await readPiece(skipped.data(), skipped.size())) co_return false;
    co_return true;
}

}  // namespace nextjob::api
