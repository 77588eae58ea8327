#include "api/handlers/auth/credentials.hpp"

#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api {

namespace {

Response tooMany(std::chrono::seconds wait) { return refuseUntil(429, "Too many attempts; wait and try again.", wait); }

std::string failureKey(Call call, std::string_view account) { return std::string(account) + ' ' + call.request.client; }

}  // namespace

Response refusePassword(const Error& error, std::string_view field) {
    if (error.code != ErrorCode::Invalid) return refuse(error);
    return refuse(wire::Problems{{{std::string("body"), std::string(field)}, error.message, "password_common"}});
}

std::optional<Response> tooManyCredentials(Call call) {
    if (const auto wait = call.services.credentialUses.take(call.request.client)) return tooMany(*wait);
    return std::nullopt;
}

std::optional<Response> letterRefused(Call call, std::string_view email) {
    if (auto refusal = tooManyCredentials(call)) return refusal;
    if (const auto wait = call.services.letters.take(email)) return tooMany(*wait);
    return std::nullopt;
}

std::optional<Response> tooManyFailures(Call call, std::string_view account) {
    if (const auto wait = call.services.failedLogins.wait(failureKey(call, account))) return tooMany(*wait);
    if (const auto wait = call.services.failedLoginsOfAccount.wait(account)) return tooMany(*wait);
    return std::nullopt;
}

void countFailure(Call call, std::string_view account) {
    call.services.failedLogins.take(failureKey(call, account));
    call.services.failedLoginsOfAccount.take(account);
}

Task<std::expected<Credentials, Response>> provePassword(Call call, std::string password) {
    Services& services = call.services;
    if (auto refusal = tooManyCredentials(call)) co_return std::unexpected(std::move(*refusal));
    const auto user = co_await services.store.users().find(call.request.userId);
    if (!user) co_return std::unexpected(refuse(user.error()));
    if (auto refusal = tooManyFailures(call, user->email)) co_return std::unexpected(std::move(*refusal));
    auto known = co_await services.store.users().credentials(user->email);
    if (!known) co_return std::unexpected(refuse(known.error()));
    const auto right = known->passwordHash.empty()
                           ? co_await services.passwords.verifyNobody(std::move(password))
                           : co_await services.passwords.verify(std::move(password), known->passwordHash);
    if (!right) co_return std::unexpected(refuse(right.error()));
    if (*right) co_return std::move(*known);
    countFailure(call, user->email);
    co_return std::unexpected(refuse(400, "The current password is wrong."));
}

Response changedMeanwhile() {
    return refuse(409,
                  "The account was changed meanwhile, from another device or by a link. Nothing was changed now: "
                  "look at it and, if you still want to, try again.");
}

}  // namespace nextjob::api
