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

Task<std::optional<Response>> wrongPassword(Call call, std::string password) {
    Services& services = call.services;
    if (auto refusal = tooManyCredentials(call)) co_return refusal;
    const auto user = co_await services.store.users().find(call.request.userId);
    if (!user) co_return refuse(user.error());
    if (auto refusal = tooManyFailures(call, user->email)) co_return refusal;
    const auto known = co_await services.store.users().credentials(user->email);
    if (!known) co_return refuse(known.error());
    const auto right = known->passwordHash.empty()
                           ? co_await services.passwords.verifyNobody(std::move(password))
                           : co_await services.passwords.verify(std::move(password), known->passwordHash);
    if (!right) co_return refuse(right.error());
    if (*right) co_return std::nullopt;
    countFailure(call, user->email);
    co_return refuse(400, "The current password is wrong.");
}

}  // namespace nextjob::api
