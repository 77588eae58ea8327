#pragma once

#include "api/http_options.hpp"
#include "api/vitals.hpp"

#include <spdlog/fwd.h>

#include <cstdint>
#include <memory>

namespace nextjob::api {

// The HTTP side of a process without the API: /health, /ready and /metrics, from construction to destruction.
class StatusServer {
  public:
    // What the vitals refer to outlives it. Throws as Server.
    StatusServer(HttpOptions options, Vitals vitals, const std::shared_ptr<spdlog::logger>& log);
    ~StatusServer();
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;

    std::uint16_t port() const;

    // From now on /ready says that the process is shutting down.
    void sayStopping();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nextjob::api
