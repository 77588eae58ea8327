#pragma once

#include "model/error.hpp"
#include "model/task.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextjob::net {

enum class HttpMethod : std::uint8_t { Get, Post };

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// A request to another server. URL, headers and body may hold secrets: they go to that server and nowhere else, into no
// log and no error.
struct HttpRequest {
    HttpMethod method = HttpMethod::Get;
    std::string url;  // https; plain http to this machine and HttpClientOptions::plainHosts only
    HttpHeaders headers{};
    std::string body{};                          // of a POST
    std::chrono::milliseconds deadline{20'000};  // for all of it, connecting included
    std::size_t maximumBytes = 1U << 20;         // of the reply's body, unpacked
    std::stop_token stop{};                      // ends the call at once, as Unavailable
};

struct HttpReply {
    int status = 0;
    HttpHeaders headers{};  // as they came; names in any case
    std::string body{};

    // The first field of this name in any case; "" when there is none.
    std::string_view header(std::string_view name) const;
};

// The one way out to other servers over HTTP. Shared by all threads; calls are made from coroutines and may be many at
// once. It must outlive them.
class HttpClient {
  public:
    virtual ~HttpClient() = default;

    // Any reply that arrives whole is a value, whatever its status. Redirects are not followed. Errors name the host
    // and nothing else of the request: Unavailable when no whole reply came within the deadline, TooLarge when the
    // body is over its limit (nothing more of it is read), Invalid for a URL that is not let pass.
    virtual Task<Result<HttpReply>> send(HttpRequest request) = 0;
};

struct HttpClientOptions {
    std::string authorities{};              // a PEM file of those to trust in place of the system's
    long connectionsPerServer = 8;          // past it, requests wait for one, within their deadlines
    std::vector<std::string> plainHosts{};  // of a private network, to which plain http is let pass
};

// Over libcurl on a thread of its own: TLS verified, HTTP/2 where the server has it, connections kept for the next
// request, proxies as the environment says. What is under way at its end fails as Unavailable.
std::unique_ptr<HttpClient> makeHttpClient(HttpClientOptions options = {});

// For application/x-www-form-urlencoded and queries.
std::string formEncoded(const HttpHeaders& fields);

}  // namespace nextjob::net
