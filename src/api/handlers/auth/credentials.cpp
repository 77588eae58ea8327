#include "api/handlers/auth/credentials.hpp"

#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api {

namespace {

Response tooMany(std::chrono::seconds wait) { return refuseUntil(429, "Too many attempts; wait and try again.", wait); }

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

Task<std::optional<Response>> wrongPassword(Call call, std::string password) {
    Services& services = call.services;
    if (auto refusal = tooManyCredentials(call)) co_return refusal;
    const auto user = co_await services.store.users().find(call.request.userId);
    if (!user) co_return refuse(user.error());
    if (const auto wait = services.failedLogins.wait(user->email)) co_return tooMany(*wait);
    const auto known = co_await services.store.users().credentials(user->email);
    if (!known) co_return refuse(known.error());
    const auto right = known->passwordHash.empty()
                           ? co_await services.passwords.verifyNobody(std::move(password))
                           : co_await services.passwords.verify(std::move(password), known->passwordHash);
    if (!right) co_return refuse(right.error());
    if (*right) co_return std::nullopt;
    services.failedLogins.take(user->email);
    co_return refuse(400, "The current password is wrong.");
}

}  // namespace nextjob::api
