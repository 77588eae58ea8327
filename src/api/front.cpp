#include "api/front.hpp"

#include <stdexcept>
#include <utility>

namespace nextjob::api {

namespace {

TrustedProxies proxies(const std::vector<std::string>& networks) {
    auto parsed = TrustedProxies::parse(networks);
    if (!parsed) throw std::runtime_error("TRUSTED_PROXIES is wrong: " + parsed.error().message);
    return std::move(*parsed);
}

}  // namespace

Front::Front(const HttpOptions& options, Vitals ofProcess)
    : limits(options.limits),
      cors(options.allowedOrigins),
      trustedProxies(proxies(options.trustedProxies)),
      allowedHosts(options.allowedHosts),
      metricsToken(options.metricsToken),
      vitals(std::move(ofProcess)) {}

}  // namespace nextjob::api
