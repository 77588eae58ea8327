#include "app/backend_config.hpp"

#include "net/curl.hpp"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace nextjob::app {

namespace {

constexpr const char* plainHttp = "BACKEND_PLAIN_HTTP";

// Checks one of the two URLs, drops the slash at its end, and notes its host where plain http is let pass to it.
Result<void> checkUrl(const char* name, std::string& url, bool plainAllowed, std::vector<std::string>& plainHosts) {
    while (url.ends_with('/')) url.pop_back();
    const auto parsed = boost::urls::parse_uri(url);
    const bool http = parsed && parsed->scheme() == "http";
    if (!parsed || parsed->host().empty() || parsed->has_query() || parsed->has_fragment() || parsed->has_userinfo()
        || (!http && parsed->scheme() != "https"))
        return failure(ErrorCode::Invalid,
                       fmt::format("{} must be a URL such as https://jobs.example.org, without ?, # or a user.", name));
    if (!http || net::isThisMachine(parsed->host())) return {};
    if (!plainAllowed)
        return failure(ErrorCode::Invalid,
                       fmt::format("{} is an http URL of another machine: mails and tokens would cross the network in "
                                   "the clear. Use https; or, in a network that only you can listen to, set "
                                   "{}=allow.",
                                   name, plainHttp));
    plainHosts.emplace_back(parsed->host());
    return {};
}

}  // namespace

Result<std::optional<BackendConfig>> readBackendConfig(const Environment& environment) {
    const auto base = environment.get("BACKEND_BASE_URL");
    if (!base) return std::nullopt;
    const auto plain = environment.get(plainHttp);
    if (plain && *plain != "allow")
        return failure(
            ErrorCode::Invalid,
            fmt::format("{} is \"{}\", but can only be set to allow. Unset it for https only.", plainHttp, *plain));
    BackendConfig config{
        .baseUrl = *base, .authUrl = environment.get("SERVICE_AUTH_URL").value_or(*base), .plainHosts = {}};
    if (auto valid = checkUrl("BACKEND_BASE_URL", config.baseUrl, plain.has_value(), config.plainHosts); !valid)
        return std::unexpected(std::move(valid.error()));
    if (auto valid = checkUrl("SERVICE_AUTH_URL", config.authUrl, plain.has_value(), config.plainHosts); !valid)
        return std::unexpected(std::move(valid.error()));
    return config;
}

Result<net::BackendOptions> backendOptions(const BackendConfig& config,
                                           const std::map<std::string, std::string>& serviceSecrets,
                                           std::string_view service) {
    const auto secret = serviceSecrets.find(std::string(service));
    if (secret == serviceSecrets.end())
        return failure(ErrorCode::Invalid,
                       fmt::format("{0} is not set, so the backend would not know this worker. Set it to the value "
                                   "that {0} has at the backend; openssl rand -hex 32 makes one.",
                                   net::secretName(service)));
    return net::BackendOptions{.baseUrl = config.baseUrl,
                               .authUrl = config.authUrl,
                               .service = std::string(service),
                               .secret = secret->second};
}

}  // namespace nextjob::app
