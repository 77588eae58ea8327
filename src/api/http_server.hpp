#pragma once

#include "api/dispatcher.hpp"
#include "api/front.hpp"
#include "api/http_options.hpp"

#include <spdlog/fwd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace nextjob::api {

// Listens and has each request answered by the dispatcher: event loops on threads of its own, from `start` to `drain`
// or destruction.
class HttpServer {
  public:
    // Has its port from here on. Front and dispatcher outlive it. Throws std::runtime_error in plain English when the
    // address can't be had or the TLS files are wrong.
    HttpServer(const HttpOptions& options, Front& front, Dispatcher& dispatcher, std::shared_ptr<spdlog::logger> log);
    // Ends at once what `drain` has not ended.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::uint16_t port() const;

    void start();

    // Takes no more connections, answers what has been accepted, and returns when all is answered; what takes longer
    // than `patience` is cut off. Returns the number of connections that were.
    std::size_t drain(std::chrono::milliseconds patience);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::api
