#include "api/handlers/auth/token_pair.hpp"

#include "api/reply.hpp"

namespace nextjob::api {

namespace {

struct TokenPair {
    std::string access;
    std::string_view refresh;
    std::string_view tokenType = "bearer";
    UserView user;
};
BOOST_DESCRIBE_STRUCT(TokenPair, (), (access, refresh, tokenType, user))

}  // namespace

std::string deviceOf(const Request& request) {
    constexpr std::size_t longest = 200;
    return std::string(request.headers["User-Agent"].substr(0, longest));
}

Response tokenPair(const Services& services, const auth::RefreshTokens::Grant& grant, const User& user) {
    const auto now = auth::AccessTokens::Clock::now();
    return ok(TokenPair{.access = services.accessTokens.issue({user.id, grant.session.id}, now),
                        .refresh = grant.token,
                        .user = view(user)});
}

}  // namespace nextjob::api
