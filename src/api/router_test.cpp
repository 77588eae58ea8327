#include "api/router.hpp"

#include "api/reply.hpp"
#include "api/routes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace nextjob::api {

namespace {

Task<Response> nothing(Call) { co_return noContent(); }

constexpr std::array table{
    Route{Method::Get, "/", Access::Public, Body::None, nothing},
    Route{Method::Get, "/users/{id}", Access::User, Body::None, nothing},
    Route{Method::Get, "/users/me", Access::User, Body::None, nothing},
    Route{Method::Delete, "/users/{id}", Access::User, Body::None, nothing},
    Route{Method::Post, "/a/{x}/b/{y}", Access::User, Body::None, nothing},
};

Router::Match find(Method method, std::string_view target) {
    static const Router router(table);
    return router.match(method, parseTarget(target)->segments);
}

std::string_view patternOf(const Router::Match& match) {
    return match.route == nullptr ? std::string_view{} : match.route->pattern;
}

}  // namespace

TEST(Router, FindsLiteralsBeforeParameters) {
    EXPECT_EQ(patternOf(find(Method::Get, "/users/me")), "/users/me");
    EXPECT_EQ(patternOf(find(Method::Get, "/users/17")), "/users/{id}");
    EXPECT_EQ(find(Method::Get, "/users/17").parameters, std::vector<std::string>{"17"});
}

TEST(Router, TakesParametersDecodedAndInOrder) {
    const auto match = find(Method::Post, "/a/one%2Ftwo/b/three");
    EXPECT_EQ(patternOf(match), "/a/{x}/b/{y}");
    EXPECT_EQ(match.parameters, (std::vector<std::string>{"one/two", "three"}));
}

TEST(Router, IgnoresATrailingSlashButNoEmptySegment) {
    EXPECT_EQ(patternOf(find(Method::Get, "/users/me/")), "/users/me");
    EXPECT_EQ(patternOf(find(Method::Get, "/")), "/");
    EXPECT_EQ(patternOf(find(Method::Get, "/users//")), "");
    EXPECT_EQ(patternOf(find(Method::Get, "//users/me")), "");
}

TEST(Router, AnswersHeadByGet) { EXPECT_EQ(patternOf(find(Method::Head, "/users/me")), "/users/me"); }

TEST(Router, TellsWhatAPathTakes) {
    const auto match = find(Method::Put, "/users/3");
    EXPECT_EQ(match.route, nullptr);
    EXPECT_EQ(match.allowed, "GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(find(Method::Get, "/nowhere").allowed, "");
}

TEST(Router, RefusesTheSameRouteTwice) {
    constexpr std::array twice{table[0], table[0]};
    EXPECT_THROW(Router{twice}, std::logic_error);
}

TEST(Routes, AreAllReachable) {
    const Router router(routes());
    for (const Route& route : routes()) {
        const auto match = router.match(route.method, parseTarget(route.pattern)->segments);
        EXPECT_EQ(match.route, &route) << route.pattern;
    }
}

TEST(Routes, WithoutTheApiAreThoseThatNeedNothingOfIt) {
    for (const Route& route : statusRoutes()) EXPECT_FALSE(route.needsServices()) << route.pattern;
    std::vector<std::string_view> patterns;
    for (const Route& route : routes())
        if (!route.needsServices()) patterns.push_back(route.pattern);
    EXPECT_EQ(patterns, (std::vector<std::string_view>{"/health", "/ready", "/metrics"}));
}

TEST(Routes, OpenToStrangersAreOnlyThese) {
    std::vector<std::string_view> open;
    for (const Route& route : routes())
        if (route.access == Access::Public) open.push_back(route.pattern);
    EXPECT_EQ(open, (std::vector<std::string_view>{"/",
                                                   "/health",
                                                   "/ready",
                                                   "/openapi.json",
                                                   "/docs",
                                                   "/docs/{file}",
                                                   "/auth/register",
                                                   "/auth/jwt/login",
                                                   "/auth/jwt/refresh",
                                                   "/auth/jwt/logout",
                                                   "/auth/google-login",
                                                   "/auth/google/exchange-code",
                                                   "/auth/forgot-password",
                                                   "/auth/reset-password",
                                                   "/auth/request-verify-token",
                                                   "/auth/verify",
                                                   "/verify",
                                                   "/verify",
                                                   "/reset-password",
                                                   "/reset-password",
                                                   "/auth/token"}));
}

}  // namespace nextjob::api
