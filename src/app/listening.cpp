#include "app/listening.hpp"

#include "observe/log.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace nextjob::app {

api::HttpOptions httpOptions(const Config& config) {
    api::HttpOptions options;
    options.host = config.host;
    options.port = config.port;
    options.allowedHosts = config.allowedHosts;
    options.allowedOrigins = config.allowedOrigins;
    options.trustedProxies = config.trustedProxies;
    if (config.tls) options.tls = api::TlsFiles{config.tls->certificates, config.tls->key};
    options.metricsToken = config.metricsToken.value_or("");
    return options;
}

void tellStarted(const Config& config, const Roles& roles, std::uint16_t port, spdlog::logger& log) {
    const bool apart = config.backend && !roles.api;
    observe::log(log, observe::Level::Info, "started",
                 {{"version", NEXTJOB_VERSION},
                  {"api", roles.api},
                  {"ingest", roles.ingest},
                  {"analyse", roles.analyse},
                  {"backend", std::string_view(apart ? config.backend->baseUrl : "")},
                  {"port", std::int64_t{port}}});
    fmt::print("NextJob AI listens on {}://{}:{}{}\n", config.tls ? "https" : "http", config.host, port,
               roles.api ? "" : ", where /health, /ready and /metrics tell how it is");
    std::fflush(stdout);
}

}  // namespace nextjob::app
