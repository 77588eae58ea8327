#pragma once

#include "api/http_options.hpp"
#include "api/middleware/client_address.hpp"
#include "api/middleware/cors.hpp"
#include "api/vitals.hpp"
#include "observe/metrics.hpp"

#include <atomic>
#include <string>
#include <vector>

namespace nextjob::api {

// What stands before the routes of every server, whatever they are: who is let in and how far, and what the process
// tells of itself. Owned by the server; shared by all its threads.
struct Front {
    // Throws std::runtime_error when an option is wrong.
    Front(const HttpOptions& options, Vitals ofProcess);

    Limits limits;
    CorsPolicy cors;
    TrustedProxies trustedProxies;
    std::vector<std::string> allowedHosts;
    std::string metricsToken;  // "": only this machine may read the metrics
    Vitals vitals;
    observe::Metrics metrics{};
    std::atomic<bool> draining{false};
};

}  // namespace nextjob::api
