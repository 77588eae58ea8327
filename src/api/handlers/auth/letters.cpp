#include "api/handlers/auth/letters.hpp"

#include "net/mailer.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <fmt/format.h>

namespace nextjob::api::auth_handlers {

namespace {

using auth::LinkPurpose;

// What a link for this purpose changes, and so is good for once.
std::string stateOf(LinkPurpose purpose, const User& user, std::string_view passwordHash) {
    return purpose == LinkPurpose::VerifyEmail ? user.email : fmt::format("{} {}", user.email, passwordHash);
}

std::string linkTo(const Services& services, std::string_view page, const std::string& token) {
    return fmt::format("{}{}?token={}", services.publicUrl, page, token);
}

}  // namespace

Result<void> sendVerification(Services& services, const User& user) {
    const auto token = services.linkTokens.issue(
        LinkPurpose::VerifyEmail, user.id, stateOf(LinkPurpose::VerifyEmail, user, {}), auth::LinkTokens::Clock::now());
    return services.mailer.send(
        {.to = user.email,
         .subject = "Confirm your address for NextJob AI",
         .text =
             fmt::format("Someone, hopefully you, signed up for NextJob AI with this address. To confirm that it is "
                         "yours, follow this link within a day:\n\n{}\n\nIf it was not you, do nothing: without your "
                         "confirmation the address counts as nobody's.\n",
                         linkTo(services, "/verify", token))});
}

Result<void> sendPasswordReset(Services& services, const User& user, std::string_view passwordHash) {
    const auto token = services.linkTokens.issue(LinkPurpose::ResetPassword, user.id,
                                                 stateOf(LinkPurpose::ResetPassword, user, passwordHash),
                                                 auth::LinkTokens::Clock::now());
    return services.mailer.send(
        {.to = user.email,
         .subject = "A new password for NextJob AI",
         .text =
             fmt::format("Someone, hopefully you, asked for a new password for NextJob AI. To choose one, follow this "
                         "link within half an hour:\n\n{}\n\nIf it was not you, do nothing: your password stays as it "
                         "is.\n",
                         linkTo(services, "/reset-password", token))});
}

Task<Result<std::optional<Credentials>>> userOfLink(Services& services, LinkPurpose purpose, std::string token) {
    const auto claims = services.linkTokens.verify(purpose, token, auth::LinkTokens::Clock::now());
    if (!claims) co_return std::nullopt;
    auto& users = services.store.users();
    const auto user = co_await users.find(claims->user);
    if (!user && user.error().code != ErrorCode::NotFound) co_return std::unexpected(user.error());
    if (!user || !user->isActive) co_return std::nullopt;
    auto known = co_await users.credentials(user->email);
    if (!known && known.error().code != ErrorCode::NotFound) co_return std::unexpected(known.error());
    if (!known || known->user.id != claims->user
        || !auth::LinkTokens::isFor(*claims, stateOf(purpose, known->user, known->passwordHash)))
        co_return std::nullopt;
    co_return std::move(*known);
}

}  // namespace nextjob::api::auth_handlers
