#include "app/google_config.hpp"

#include "app/comma_list.hpp"
#include "net/curl.hpp"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

namespace nextjob::app {

namespace {

// A URL that secrets may be sent to, without a slash at its end.
Result<void> readUrl(const Environment& environment, const char* name, std::string& into) {
    auto text = environment.get(name);
    if (!text) return {};
    while (text->ends_with('/')) text->pop_back();
    const auto url = boost::urls::parse_uri(*text);
    const bool good = url && !url->host().empty() && !url->has_query() && !url->has_fragment()
                      && (url->scheme() == "https" || (url->scheme() == "http" && net::isThisMachine(url->host())));
    if (!good)
        return failure(ErrorCode::Invalid,
                       fmt::format("{} must be an https URL; http is for this machine only. Unset it "
                                   "to use Google itself.",
                                   name));
    into = std::move(*text);
    return {};
}

bool isTopic(std::string_view text) {
    const auto middle = text.find("/topics/");
    constexpr std::string_view start = "projects/";
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%+:/";
    return text.starts_with(start) && middle != std::string_view::npos && middle > start.size()
           && middle + 8 < text.size() && text.size() < 400
           && text.find_first_not_of(allowed) == std::string_view::npos;
}

Result<void> readTopic(const Environment& environment, GoogleConfig& config) {
    config.pubsubTopic = environment.get("GOOGLE_PUBSUB_TOPIC").value_or("");
    if (config.pubsubTopic.empty() || isTopic(config.pubsubTopic)) return {};
    return failure(
        ErrorCode::Invalid,
        "GOOGLE_PUBSUB_TOPIC must be the name of a Pub/Sub topic, projects/PROJECT/topics/TOPIC. Unset it to "
        "look for new mail every few minutes instead.");
}

// The subscription's tokens are made for the address that it delivers to, unless its maker says otherwise.
Result<void> readPush(const Environment& environment, auth::PushOptions& into) {
    into.account = environment.get("GOOGLE_PUSH_ACCOUNT").value_or("");
    if (into.account.empty()) return {};
    into.audience = environment.get("GOOGLE_PUSH_AUDIENCE").value_or("");
    if (!into.audience.empty()) return {};
    auto address = environment.get("PUBLIC_URL");
    if (!address)
        return failure(ErrorCode::Invalid,
                       "GOOGLE_PUSH_ACCOUNT is set, but neither GOOGLE_PUSH_AUDIENCE nor PUBLIC_URL is. Set PUBLIC_URL "
                       "to where Google reaches this server, or GOOGLE_PUSH_AUDIENCE to the subscription's audience.");
    while (address->ends_with('/')) address->pop_back();
    into.audience = *address + "/integrations/gmail/push";
    return {};
}

}  // namespace

Result<std::optional<GoogleConfig>> readGoogleConfig(const Environment& environment) {
    GoogleConfig config;
    config.options.clientId = environment.get("GOOGLE_CLIENT_ID").value_or("");
    config.options.clientSecret = environment.get("GOOGLE_CLIENT_SECRET").value_or("");
    config.options.otherClientIds = commaList(environment.get("GOOGLE_APP_CLIENT_IDS").value_or(""));
    if (config.options.clientId.empty()) {
        if (config.options.clientSecret.empty() && config.options.otherClientIds.empty()) return std::nullopt;
        return failure(ErrorCode::Invalid,
                       "GOOGLE_CLIENT_ID is not set, but other settings for Google are. docs/google.md says how to get "
                       "a client id and its secret.");
    }
    auto& options = config.options;
    for (auto [name, into] :
         {std::pair{"GOOGLE_ACCOUNTS_URL", &options.accountsUrl}, std::pair{"GOOGLE_OAUTH_URL", &options.oauthUrl},
          std::pair{"GOOGLE_CERTS_URL", &options.certsUrl}, std::pair{"GOOGLE_GMAIL_URL", &config.gmailUrl}})
        if (auto read = readUrl(environment, name, *into); !read) return std::unexpected(read.error());
    if (auto read = readTopic(environment, config); !read) return std::unexpected(read.error());
    if (auto push = readPush(environment, options.push); !push) return std::unexpected(push.error());
    return config;
}

}  // namespace nextjob::app
