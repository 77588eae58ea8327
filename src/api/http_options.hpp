#pragma once

#include "api/limits.hpp"
#include "api/tls.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::api {

// How a server is reached, and by whom, whatever its routes are.
struct HttpOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8000;  // 0 lets the system choose one
    std::size_t threads = 0;    // event loops; 0 is one a core
    Limits limits;
    std::vector<std::string> allowedHosts;    // of the Host header, without port; empty or "*" allows any
    std::vector<std::string> allowedOrigins;  // for CORS: "https://app.example.com"; "*" allows any
    std::vector<std::string> trustedProxies;  // addresses and networks, whose X-Forwarded-For is believed
    std::optional<TlsFiles> tls;              // plain HTTP without
    std::string metricsToken;                 // for GET /metrics; "" lets only this machine ask
};

}  // namespace nextjob::api
