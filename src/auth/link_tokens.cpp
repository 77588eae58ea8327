#include "auth/link_tokens.hpp"

#include "auth/claims.hpp"
#include "auth/random_token.hpp"

#include <fmt/format.h>
#include <sodium.h>

namespace nextjob::auth {

namespace {

struct Rules {
    std::string_view type;
    std::chrono::minutes lifetime;
};

Rules rulesOf(LinkPurpose purpose) {
    if (purpose == LinkPurpose::VerifyEmail) return {"verify", std::chrono::hours(24)};
    return {"reset", std::chrono::minutes(30)};
}

}  // namespace

std::string LinkTokens::issue(LinkPurpose purpose, UserId user, std::string_view state, Clock::time_point now) const {
    const auto rules = rulesOf(purpose);
    return keys_.sign(fmt::format(R"({{"sub":"{}","type":"{}","state":"{}","iat":{},"exp":{}}})", user, rules.type,
                                  tokenHash(state), secondsOf(now), secondsOf(now + rules.lifetime)));
}

Result<LinkTokens::Claims> LinkTokens::verify(LinkPurpose purpose, std::string_view token,
                                              Clock::time_point now) const {
    const auto claims = verifyClaims(keys_, rulesOf(purpose).type, token, now);
    if (!claims) return std::unexpected(claims.error());
    const auto user = claims->subject();
    auto state = claims->text("state");
    if (!user || !state) return failure(ErrorCode::Unauthorized, "the link is not one of ours");
    return Claims{*user, std::move(*state)};
}

bool LinkTokens::isFor(const Claims& claims, std::string_view state) {
    const std::string now = tokenHash(state);
    return now.size() == claims.state.size() && sodium_memcmp(now.data(), claims.state.data(), now.size()) == 0;
}

}  // namespace nextjob::auth
