#include "app/loopback_redirect.hpp"

#include "api/http.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

namespace nextjob::app {

namespace {

using Clock = std::chrono::steady_clock;
using Query = LoopbackRedirect::Query;

constexpr std::size_t requestLimit = 16U << 10;
constexpr timeval clientPatience{.tv_sec = 5, .tv_usec = 0};  // a browser sends its request at once

// The query of "/?code=…" or of a whole address, when it is one that a sign-in ends with.
std::optional<Query> queryOf(std::string_view target) {
    while (target.ends_with('\n') || target.ends_with('\r') || target.ends_with(' ')) target.remove_suffix(1);
    const auto parsed = api::parseTarget(target.substr(0, target.find('#')));
    if (!parsed) return std::nullopt;
    const bool ends = std::ranges::any_of(
        parsed->query, [](const auto& field) { return field.first == "code" || field.first == "error"; });
    return ends ? std::optional(parsed->query) : std::nullopt;
}

std::string readHead(int client) {
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &clientPatience, sizeof clientPatience);
    std::string head;
    std::array<char, 4096> piece{};
    while (head.find("\r\n\r\n") == std::string::npos && head.size() < requestLimit) {
        const auto got = ::recv(client, piece.data(), piece.size(), 0);
        if (got <= 0) return {};
        head.append(piece.data(), static_cast<std::size_t>(got));
    }
    return head;
}

std::optional<Query> serve(int client, const std::string& thanks) {
    const std::string head = readHead(client);
    constexpr std::string_view get = "GET ";
    std::optional<Query> query;
    if (head.starts_with(get))
        query = queryOf(std::string_view(head).substr(get.size(), head.find(' ', get.size()) - get.size()));
    const std::string body =
        query ? fmt::format("<!doctype html><meta charset=utf-8><title>NextJob AI</title><p>{}</p>", thanks)
              : std::string("Not Found");
    const std::string reply = fmt::format(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nReferrer-Policy: "
        "no-referrer\r\n"
        "Connection: close\r\n\r\n{}",
        query ? "200 OK" : "404 Not Found", query ? "text/html; charset=utf-8" : "text/plain", body.size(), body);
    (void)::send(client, reply.data(), reply.size(), MSG_NOSIGNAL);
    ::close(client);
    return query;
}

// A line of standard input; nothing at its end.
std::optional<std::string> readLine() {
    std::string line(requestLimit, '\0');
    const auto got = ::read(STDIN_FILENO, line.data(), line.size());
    if (got <= 0) return std::nullopt;
    line.resize(static_cast<std::size_t>(got));
    return line;
}

}  // namespace

Result<LoopbackRedirect> LoopbackRedirect::open() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (listener < 0 || ::bind(listener, raw, size) != 0 || ::listen(listener, 8) != 0
        || ::getsockname(listener, raw, &size) != 0) {
        if (listener >= 0) ::close(listener);
        return failure(ErrorCode::Unavailable,
                       "no port of this machine could be opened for the browser to come back to");
    }
    return LoopbackRedirect(listener, ntohs(address.sin_port));
}

LoopbackRedirect::~LoopbackRedirect() {
    if (listener_ >= 0) ::close(listener_);
}

std::string LoopbackRedirect::uri() const { return fmt::format("http://127.0.0.1:{}", port_); }

Result<Query> LoopbackRedirect::wait(std::chrono::seconds patience, const std::string& thanks) {
    const auto end = Clock::now() + patience;
    bool input = true;
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
        std::array<pollfd, 2> ready{pollfd{listener_, POLLIN, 0}, pollfd{input ? STDIN_FILENO : -1, POLLIN, 0}};
        if (left <= 0 || ::poll(ready.data(), ready.size(), static_cast<int>(left)) == 0)
            return failure(ErrorCode::Unavailable,
                           fmt::format("nobody came back from Google within {} minutes. Run the command again.",
                                       std::chrono::ceil<std::chrono::minutes>(patience).count()));
        if ((ready[0].revents & POLLIN) != 0) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) continue;
            if (auto query = serve(client, thanks)) return std::move(*query);
        } else if (ready[1].revents != 0) {
            const auto line = readLine();
            input = line.has_value();
            if (!line) continue;
            if (auto query = queryOf(*line)) return std::move(*query);
        }
    }
}

}  // namespace nextjob::app
