#include "api/form.hpp"
#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/token_pair.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <algorithm>

namespace nextjob::api::auth_handlers {

namespace {

struct LoginForm {
    std::string username;
    std::string password;
};

std::optional<LoginForm> readForm(const std::string& body, wire::Problems& problems) {
    const auto fields = parseForm(body);
    if (!fields) {
        problems.push_back({{std::string("body")}, "The form is not well-formed.", "value_error"});
        return {};
    }
    const auto take = [&](const char* name) -> std::string {
        if (auto value = fieldOf(*fields, name); !value.empty()) return value;
        problems.push_back({{std::string("body"), std::string(name)}, "This field is required.", "missing"});
        return {};
    };
    LoginForm form{take("username"), take("password")};
    if (!problems.empty()) return {};
    return form;
}

// What these credentials prove, or nothing when they are wrong; both take the same time.
Task<Result<std::optional<Credentials>>> check(Services& services, std::optional<std::string> email,
                                               std::string password) {
    std::optional<Credentials> known;
    if (email && password.size() <= 4 * maximumPassword) {
        auto found = co_await services.store.users().credentials(*email);
        if (!found && found.error().code != ErrorCode::NotFound) co_return std::unexpected(found.error());
        if (found && found->user.isActive && !found->passwordHash.empty()) known = std::move(*found);
    }
    password.resize(std::min(password.size(), 4 * maximumPassword));
    const auto right = known ? co_await services.passwords.verify(std::move(password), known->passwordHash)
                             : co_await services.passwords.verifyNobody(std::move(password));
    if (!right) co_return std::unexpected(right.error());
    if (!*right) co_return std::nullopt;
    co_return known;
}

}  // namespace

Task<Response> login(Call call) {
    Services& services = call.services;
    wire::Problems problems;
    auto form = readForm(call.request.body, problems);
    if (!form) co_return refuse(problems);
    if (auto refusal = tooManyCredentials(call)) co_return std::move(*refusal);
    const auto email = wire::normalisedEmail(form->username);
    const std::string account = email.value_or("");
    if (auto refusal = tooManyFailures(call, account)) co_return std::move(*refusal);
    const auto proved = co_await check(services, email, std::move(form->password));
    if (!proved) co_return refuse(proved.error());
    if (!*proved) {
        countFailure(call, account);
        co_return refuse(400, "LOGIN_BAD_CREDENTIALS");
    }
    const auto grant = co_await services.refreshTokens.begin(**proved, deviceOf(call.request), currentTime());
    if (!grant && grant.error().code == ErrorCode::Unauthorized) co_return refuse(400, "LOGIN_BAD_CREDENTIALS");
    if (!grant) co_return refuse(grant.error());
    call.request.userId = (*proved)->user.id;
    co_return tokenPair(services, *grant, (*proved)->user);
}

}  // namespace nextjob::api::auth_handlers
