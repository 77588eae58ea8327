#include "api/body_stream.hpp"
#include "api/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>

namespace nextjob::api {

namespace asio = boost::asio;

Task<std::optional<std::size_t>> Connection::writePieces(BodyStream& body, bool chunked) {
    std::size_t sent = 0;
    while (true) {
        withoutDeadline();  // what a piece waits for is bounded below
        const std::optional<std::string> piece = co_await body.next();
        if (!piece || (piece->empty() && !chunked)) co_return piece ? std::optional(sent) : std::nullopt;
        const std::string head = chunked ? fmt::format("{:x}\r\n", piece->size()) : std::string();
        const std::array<asio::const_buffer, 3> parts{asio::buffer(head), asio::buffer(*piece),
                                                      asio::buffer("\r\n", chunked ? 2 : 0)};
        within(limits().write);
        boost::system::error_code error;
        sent += co_await asio::async_write(transport_, parts, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return std::nullopt;
        if (piece->empty()) co_return sent;
    }
}

}  // namespace nextjob::api
