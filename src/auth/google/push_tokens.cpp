#include "auth/google/push_tokens.hpp"

namespace nextjob::auth {

Task<Result<void>> PushTokens::verify(std::string token, IdTokens::Clock::time_point now) const {
    std::vector<std::string> audiences{options_.audience};
    const auto said = co_await tokens_.claims(std::move(token), std::move(audiences), now);
    if (!said) co_return std::unexpected(said.error());
    if (said->text("email") != options_.account || said->flag("email_verified") != true)
        co_return failure(ErrorCode::Unauthorized, "the token is of another account than GOOGLE_PUSH_ACCOUNT");
    co_return Result<void>{};
}

}  // namespace nextjob::auth
