#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/auth/letters.hpp"
#include "api/handlers/users/user_view.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/common_passwords.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

namespace nextjob::api::auth_handlers {

namespace {

// Fields beyond these are ignored, so that nobody registers with privileges.
struct Registration {
    wire::Email email;
    Password password;
    std::optional<wire::Text<0, 200>> fullName;
};
BOOST_DESCRIBE_STRUCT(Registration, (), (email, password, fullName))

}  // namespace

Task<Response> registerUser(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<Registration>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (!call.services.registrationOpen) co_return refuse(403, registrationClosed);
    if (auto refusal = tooManyCredentials(call)) co_return std::move(*refusal);
    NewUser user{.email = std::move(body->email.value),
                 .passwordHash = {},
                 .fullName = body->fullName ? std::move(body->fullName->value) : std::string()};
    auto words = auth::wordsOf(user.email, user.fullName);
    auto hash = co_await call.services.passwords.hashNew(std::move(body->password.value), std::move(words));
    if (!hash) co_return refusePassword(hash.error(), "password");
    user.passwordHash = std::move(*hash);
    const auto created = co_await call.services.store.users().create(std::move(user));
    if (!created && created.error().code == ErrorCode::Conflict) co_return refuse(400, "REGISTER_USER_ALREADY_EXISTS");
    if (!created) co_return refuse(created.error());
    // When there were too many letters already, or too many wait, the user can ask for another one.
    if (!call.services.letters.take(created->email)) (void)sendVerification(call.services, *created);
    co_return reply(201, view(*created));
}

}  // namespace nextjob::api::auth_handlers
