#include "api/handlers/auth/google_sign_in.hpp"

#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/token_pair.hpp"
#include "api/handlers/integrations/integration_view.hpp"
#include "api/middleware/authenticate.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/google_credentials.hpp"
#include "store/imap_accounts.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <fmt/format.h>

namespace nextjob::api::auth_handlers {

namespace {

constexpr const char* mailNotGranted =
    "Google was not asked for, or did not get, the permission to read mail. Connect again, and leave the box for "
    "reading mail ticked.";
constexpr const char* signInFirst =
    "There is an account with this address already, and Google does not itself give out that address. Sign in with "
    "the account's password, then connect Google.";

// Who knew the account's password may have been anyone until Google said whose address it is: the password, the
// sessions and the mailboxes that were connected go, what is stored stays.
Task<Result<Credentials>> handOver(Services& services, Credentials known) {
    const UserId id = known.user.id;
    const auto removed = co_await services.store.googleCredentials().remove(id);
    if (!removed && removed.error().code != ErrorCode::NotFound) co_return std::unexpected(removed.error());
    const auto imap = co_await services.store.imapAccounts().remove(id);
    if (!imap && imap.error().code != ErrorCode::NotFound) co_return std::unexpected(imap.error());
    UserChanges changes{.passwordHash = "",
                        .isVerified = true,
                        .whileEmail = known.user.email,
                        .whilePasswordHash = known.passwordHash};
    auto user = co_await services.store.users().update(id, std::move(changes));
    if (!user) co_return std::unexpected(std::move(user.error()));
    const auto ended = co_await services.store.sessions().endAll(id, 0);
    services.accounts.forget(id);
    if (!ended) co_return std::unexpected(ended.error());
    co_return Credentials{std::move(*user), ""};
}

Task<Result<Credentials>> create(Services& services, auth::GoogleIdentity identity) {
    NewUser user{.email = std::move(identity.email),
                 .passwordHash = "",
                 .fullName = std::move(identity.name),
                 .isVerified = true};
    auto created = co_await services.store.users().create(std::move(user));
    if (!created) co_return std::unexpected(std::move(created.error()));
    co_return Credentials{std::move(*created), ""};
}

// The user whose account this is, made when there is none. Conflict: it may be another person's.
Task<Result<Credentials>> userOf(Services& services, auth::GoogleIdentity identity) {
    auto& users = services.store.users();
    std::string email = identity.email;
    const auto connected = co_await services.store.googleCredentials().findBySubject(identity.subject);
    if (!connected && connected.error().code != ErrorCode::NotFound) co_return std::unexpected(connected.error());
    if (connected) {
        auto user = co_await users.find(connected->user);
        if (!user) co_return std::unexpected(std::move(user.error()));
        email = std::move(user->email);
    }
    auto known = co_await users.credentials(std::move(email));
    if (!known && known.error().code == ErrorCode::NotFound) {
        if (!services.registrationOpen) co_return failure(ErrorCode::Forbidden, std::string(registrationClosed));
        co_return co_await create(services, std::move(identity));
    }
    if (!known || connected) co_return known;
    if (!identity.owned) co_return failure(ErrorCode::Conflict, signInFirst);
    if (known->user.isVerified) co_return known;
    co_return co_await handOver(services, std::move(*known));
}

Task<Response> connectTo(Call call, auth::GoogleIdentity identity, auth::GoogleGrant grant) {
    const auto kept =
        co_await call.services.google->connections.connect(call.request.userId, std::move(identity), std::move(grant));
    if (!kept) co_return refuse(kept.error());
    const auto stored = co_await call.services.store.googleCredentials().find(call.request.userId);
    if (!stored) co_return refuse(stored.error());
    co_return ok(integrationView(*stored));
}

}  // namespace

std::optional<Response> googleRefused(Call call) {
    if (call.services.google == nullptr)
        return refuse(501, "Google is not set up on this server. Whoever runs it needs to set GOOGLE_CLIENT_ID.");
    return tooManyCredentials(call);
}

Response refuseGoogle(const Error& error) {
    if (error.code == ErrorCode::Unauthorized)
        return refuse(400, fmt::format("The sign-in with Google was not accepted: {}.", error.message));
    if (error.code == ErrorCode::Invalid)
        throw std::runtime_error(error.message);  // for the log: the operator's to mend
    return refuse(error);
}

Task<Response> takeGoogleAccount(Call call, auth::GoogleIdentity identity, auth::GoogleGrant grant) {
    Services& services = call.services;
    if (!grant.readsMail()) co_return refuse(400, mailNotGranted);
    if (!call.request.headers["Authorization"].empty()) {
        if (auto refusal = co_await authenticate(call)) co_return std::move(*refusal);
        co_return co_await connectTo(call, std::move(identity), std::move(grant));
    }
    const auto known = co_await userOf(services, identity);
    if (!known && known.error().code == ErrorCode::Forbidden) co_return refuse(403, known.error().message);
    if (!known) co_return refuse(known.error());
    if (!known->user.isActive) co_return refuse(400, "This account is barred.");
    const auto kept =
        co_await services.google->connections.connect(known->user.id, std::move(identity), std::move(grant));
    if (!kept) co_return refuse(kept.error());
    const auto session = co_await services.refreshTokens.begin(*known, deviceOf(call.request), currentTime());
    if (!session && session.error().code == ErrorCode::Unauthorized)
        co_return refuse(409, "The account was changed meanwhile. Sign in again.");
    if (!session) co_return refuse(session.error());
    call.request.userId = known->user.id;
    co_return tokenPair(services, *session, known->user);
}

}  // namespace nextjob::api::auth_handlers
