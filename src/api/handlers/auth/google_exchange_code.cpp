#include "api/handlers/auth/auth.hpp"
#include "api/handlers/auth/google_sign_in.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "auth/google/pkce.hpp"
#include "wire/read.hpp"

namespace nextjob::api::auth_handlers {

namespace {

struct CodeBody {
    wire::Text<1, 2048> code;
    wire::Text<43, 128> codeVerifier;
    wire::Text<1, 2048> redirectUri;
    std::optional<wire::Text<1, 256>> clientId;
    std::optional<wire::Text<1, 512>> nonce;
};
BOOST_DESCRIBE_STRUCT(CodeBody, (), (code, codeVerifier, redirectUri, clientId, nonce))

const wire::Place bodyPlace{nullptr, "body", 0};

}  // namespace

// The app's browser came back with a code; Google gives the tokens for it to us alone.
Task<Response> googleExchangeCode(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<CodeBody>(call.request.body, problems);
    if (!body) co_return refuse(problems);
    if (!auth::isCodeVerifier(body->codeVerifier.value)) {
        wire::report(problems, {&bodyPlace, "code_verifier", 0}, "Letters, digits, -, ., _ and ~ only.", "value_error");
        co_return refuse(problems);
    }
    if (auto refusal = googleRefused(call)) co_return std::move(*refusal);
    auth::Google& google = *call.services.google;
    const auto& options = google.oauth.options();
    std::string client = body->clientId ? body->clientId->value : options.clientId;
    if (!options.isClient(client)) co_return refuse(400, "The client_id is not one of this server's.");
    auth::CodeExchange exchange{.code = std::move(body->code.value),
                                .codeVerifier = std::move(body->codeVerifier.value),
                                .redirectUri = std::move(body->redirectUri.value),
                                .clientId = std::move(client)};
    auto grant = co_await google.oauth.exchange(std::move(exchange));
    if (!grant) co_return refuseGoogle(grant.error());
    auto nonce = body->nonce ? std::optional(std::move(body->nonce->value)) : std::nullopt;
    const auto identity =
        co_await google.idTokens.identity(grant->idToken, std::move(nonce), auth::IdTokens::Clock::now());
    if (!identity) co_return refuseGoogle(identity.error());
    co_return co_await takeGoogleAccount(call, *identity, std::move(*grant));
}

}  // namespace nextjob::api::auth_handlers
