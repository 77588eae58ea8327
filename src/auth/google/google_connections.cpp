#include "auth/google/google_connections.hpp"

#include "observe/log.hpp"
#include "store/google_credentials.hpp"

namespace nextjob::auth {

namespace {

// Renewed so long before the end that no request is sent with a token that runs out on its way.
constexpr std::chrono::minutes margin{5};
// What is left for a token to be worth sending when Google can't be asked for another.
constexpr std::chrono::seconds leastLeft{30};
constexpr int pageSize = 500;

constexpr const char* withdrawn =
    "Google does not let NextJob AI read this mailbox any more: access was withdrawn, or the password was changed. "
    "Connect the account again.";
constexpr const char* passing =
    "Google's permission was for an hour only, and is over. Connect the account again, and let NextJob AI keep access.";

bool holds(const GoogleCredential& credential, Timestamp::duration left) {
    return credential.expiry && *credential.expiry > currentTime() + left;
}

Result<GoogleTokens> opened(const TokenSeal& seal, const GoogleCredential& credential) {
    auto tokens = seal.open(credential);
    if (tokens) return tokens;
    return failure(ErrorCode::Unavailable,
                   "The Google tokens are sealed by a key that is not here. Put the former SECRET_KEY into "
                   "SECRET_KEY_PREVIOUS, or connect the account again.");
}

// The token that may be used as it is; "" when it must be renewed. An error when there is none to be had.
std::string usable(const GoogleCredential& credential, const GoogleTokens& tokens, const std::string& refused) {
    if (holds(credential, margin) && tokens.access != refused) return tokens.access;
    return {};
}

}  // namespace

Task<Result<void>> GoogleConnections::connect(UserId user, GoogleIdentity identity, GoogleGrant grant) {
    auto former = co_await credentials_.find(user);
    if (!former && former.error().code != ErrorCode::NotFound) co_return std::unexpected(std::move(former.error()));
    const bool same = former && former->subject == identity.subject && former->clientId == grant.clientId;
    if (same && grant.refresh.empty() && !former->brokenAt)
        if (auto tokens = seal_.open(*former)) grant.refresh = std::move(tokens->refresh);
    GoogleCredential credential{.user = user,
                                .email = std::move(identity.email),
                                .sealed = {},
                                .keyId = {},
                                .expiry = grant.expiry,
                                .subject = std::move(identity.subject),
                                .clientId = std::move(grant.clientId)};
    const GoogleTokens tokens{.access = std::move(grant.access), .refresh = std::move(grant.refresh)};
    seal_.seal(tokens, credential);
    auto kept = co_await credentials_.put(credential);
    if (!kept) co_return kept;
    observe::log(*log_, observe::Level::Info, "google_connected", {{"user_id", user}});
    if (former && !former->brokenAt && former->subject != credential.subject) (void)co_await revoke(std::move(*former));
    co_return kept;
}

bool GoogleConnections::runsOut(const GoogleCredential& credential) { return !holds(credential, margin); }

Task<Result<GoogleConnections::Known>> GoogleConnections::look(UserId user) {
    auto credential = co_await credentials_.find(user);
    if (!credential) co_return std::unexpected(std::move(credential.error()));
    if (credential->brokenAt) co_return failure(ErrorCode::Unauthorized, credential->brokenReason);
    auto tokens = opened(seal_, *credential);
    if (!tokens) co_return std::unexpected(std::move(tokens.error()));
    Known known{.credential = std::move(*credential), .tokens = std::move(*tokens)};
    co_return known;
}

Task<Result<std::string>> GoogleConnections::accessToken(UserId user, std::string refused, std::stop_token stop) {
    auto known = co_await look(user);
    if (!known) co_return std::unexpected(std::move(known.error()));
    std::string token = usable(known->credential, known->tokens, refused);
    if (!token.empty()) co_return token;
    auto work = [this, user, refused = std::move(refused), stop = std::move(stop)] {
        return renewed(user, refused, stop);
    };
    co_return co_await renewals_.run(user, std::move(work));
}

// On behalf of all in this process who ask for this user. Others may be doing the same elsewhere: whose new token comes
// into the store first, counts for all.
Task<Result<std::string>> GoogleConnections::renewed(UserId user, std::string refused, std::stop_token stop) {
    auto known = co_await look(user);
    if (!known) co_return std::unexpected(std::move(known.error()));
    GoogleCredential& credential = known->credential;
    const GoogleTokens& tokens = known->tokens;
    std::string token = usable(credential, tokens, refused);
    if (!token.empty()) co_return token;
    const bool worthSending = holds(credential, leastLeft) && tokens.access != refused;
    if (tokens.refresh.empty() && worthSending) co_return tokens.access;
    if (tokens.refresh.empty()) co_return co_await giveUp(std::move(credential), passing);

    const std::string client = credential.clientId.empty() ? oauth_.options().clientId : credential.clientId;
    auto grant = co_await oauth_.refresh(tokens.refresh, client, std::move(stop));
    if (!grant && grant.error().code == ErrorCode::Unauthorized)
        co_return co_await giveUp(std::move(credential), withdrawn);
    if (!grant && worthSending) co_return tokens.access;
    if (!grant) co_return std::unexpected(std::move(grant.error()));
    const GoogleTokens fresh{.access = grant->access, .refresh = grant->refresh};
    seal_.seal(fresh, credential);
    credential.expiry = grant->expiry;
    const auto kept = co_await credentials_.renew(std::move(credential));
    if (!kept) co_return std::unexpected(kept.error());
    co_return std::move(grant->access);
}

// Marks a connection as broken, unless it was made anew meanwhile: then the caller's next try finds that.
Task<Result<std::string>> GoogleConnections::giveUp(GoogleCredential credential, std::string reason) {
    const auto marked = co_await credentials_.markBroken(credential.user, credential.version, reason);
    if (!marked) co_return std::unexpected(marked.error());
    if (!*marked) co_return failure(ErrorCode::Unavailable, "The Google account was connected anew meanwhile.");
    observe::log(*log_, observe::Level::Warning, "google_connection_broken", {{"user_id", credential.user}});
    co_return failure(ErrorCode::Unauthorized, std::move(reason));
}

Task<Result<bool>> GoogleConnections::disconnect(UserId user) {
    const auto credential = co_await credentials_.find(user);
    if (!credential) co_return std::unexpected(credential.error());
    const bool revoked = co_await revoke(*credential);
    const auto removed = co_await credentials_.remove(user);
    if (!removed) co_return std::unexpected(removed.error());
    observe::log(*log_, observe::Level::Info, "google_disconnected", {{"user_id", user}, {"revoked", revoked}});
    co_return revoked;
}

Task<bool> GoogleConnections::revoke(GoogleCredential credential) {
    auto tokens = seal_.open(credential);
    if (!tokens) co_return false;
    std::string token = tokens->refresh.empty() ? std::move(tokens->access) : std::move(tokens->refresh);
    const auto done = co_await oauth_.revoke(std::move(token));
    co_return done.has_value();
}

Task<Result<int>> GoogleConnections::resealAll() {
    int resealed = 0;
    UserId beyond = 0;
    while (true) {
        auto some = co_await credentials_.after(beyond, pageSize);
        if (!some) co_return std::unexpected(std::move(some.error()));
        if (some->empty()) co_return resealed;
        for (GoogleCredential& credential : *some) {
            beyond = credential.user;
            const auto tokens = opened(seal_, credential);
            if (!tokens) co_return std::unexpected(tokens.error());
            const std::string before = credential.keyId;
            seal_.seal(*tokens, credential);
            if (credential.keyId == before) continue;
            const auto kept = co_await credentials_.renew(std::move(credential));
            if (!kept) co_return std::unexpected(kept.error());
            resealed += *kept ? 1 : 0;
        }
    }
}

}  // namespace nextjob::auth
