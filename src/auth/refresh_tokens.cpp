#include "auth/refresh_tokens.hpp"

#include "auth/random_token.hpp"
#include "store/sessions.hpp"

namespace nextjob::auth {

namespace {

constexpr std::size_t tokenBytes = 32;

}  // namespace

Task<Result<RefreshTokens::Grant>> RefreshTokens::begin(const Credentials& proved, std::string device, Timestamp now) {
    std::string token = randomToken(tokenBytes);
    NewSession session{.user = proved.user.id,
                       .tokenHash = tokenHash(token),
                       .expires = now + lifetime_,
                       .device = std::move(device),
                       .passwordHash = proved.passwordHash};
    auto created = co_await sessions_.create(std::move(session));
    if (!created) co_return std::unexpected(std::move(created.error()));
    co_return Grant{std::move(*created), std::move(token)};
}

Task<Result<RefreshTokens::Exchange>> RefreshTokens::exchange(std::string token, Timestamp now) {
    std::string next = randomToken(tokenBytes);
    auto rotation = co_await sessions_.rotate(tokenHash(token), tokenHash(next), now + lifetime_);
    if (!rotation) co_return std::unexpected(std::move(rotation.error()));
    Exchange exchange{.user = rotation->session.user, .grant = std::nullopt};
    if (!rotation->reused) exchange.grant = Grant{std::move(rotation->session), std::move(next)};
    co_return exchange;
}

Task<Result<UserId>> RefreshTokens::end(std::string token) {
    co_return co_await sessions_.endByToken(tokenHash(token));
}

}  // namespace nextjob::auth
