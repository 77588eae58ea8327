#include "app/commands/connect.hpp"

#include "api/form.hpp"
#include "app/commands/connect_imap.hpp"
#include "app/display_text.hpp"
#include "app/loopback_redirect.hpp"
#include "app/progress.hpp"
#include "app/secrets.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "auth/google/google.hpp"
#include "auth/google/pkce.hpp"
#include "auth/random_token.hpp"
#include "model/run_task.hpp"
#include "net/http/http_client.hpp"
#include "observe/log.hpp"
#include "store/google_credentials.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>

namespace nextjob::app {

namespace {

constexpr std::chrono::minutes patience{10};
constexpr std::size_t secretBytes = 32;

// What a sign-in was begun with, and its end must show.
struct SignIn {
    std::string verifier = auth::randomToken(secretBytes);
    std::string state = auth::randomToken(secretBytes);
    std::string nonce = auth::randomToken(secretBytes);
};

// What the commands here work with.
struct Desk {
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<auth::Google> google;
};

Result<Desk> openDesk(Workspace& workspace, const auth::GoogleOptions& options) {
    const auto secrets = openSecrets(workspace.config);
    if (!secrets) return std::unexpected(secrets.error());
    Desk desk{.http = net::makeHttpClient(), .google = nullptr};
    desk.google =
        std::make_unique<auth::Google>(*desk.http, options, workspace.store->googleCredentials(),
                                       auth::TokenSeal(tokenSecrets(workspace.config, *secrets)), observe::silentLog());
    return desk;
}

// False when there is none to open.
bool openBrowser(const std::string& url) {
    std::string program = "xdg-open";
    std::string address = url;
    std::array<char*, 3> arguments{program.data(), address.data(), nullptr};
    pid_t child = 0;
    return ::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ) == 0;
}

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::string> codeOf(const LoopbackRedirect::Query& query, const SignIn& signIn) {
    if (!same(api::fieldOf(query, "state"), signIn.state))
        return failure(ErrorCode::Unauthorized,
                       "the answer is not to the question that was asked: its state is another. Run the command again, "
                       "and open only the address that it prints.");
    if (const auto error = api::fieldOf(query, "error"); !error.empty())
        return failure(
            ErrorCode::Forbidden,
            fmt::format("Google did not give access ({}). Run the command again and choose Allow.", printable(error)));
    return std::string(api::fieldOf(query, "code"));
}

Task<Result<std::string>> finish(auth::Google* google, auth::CodeExchange exchange, SignIn signIn, UserId user) {
    auto grant = co_await google->oauth.exchange(std::move(exchange));
    if (!grant) co_return std::unexpected(std::move(grant.error()));
    auto identity = co_await google->idTokens.identity(grant->idToken, signIn.nonce, auth::IdTokens::Clock::now());
    if (!identity) co_return std::unexpected(std::move(identity.error()));
    if (!grant->readsMail())
        co_return failure(ErrorCode::Forbidden,
                          "you did not allow reading mail. Run the command again and leave its box ticked.");
    std::string email = identity->email;
    const auto kept = co_await google->connections.connect(user, std::move(*identity), std::move(*grant));
    if (!kept) co_return std::unexpected(kept.error());
    co_return email;
}

Result<std::string> askGoogle(Terminal& terminal, auth::Google& google, const ConnectOptions& options, UserId user) {
    auto redirect = LoopbackRedirect::open();
    if (!redirect) return std::unexpected(redirect.error());
    const SignIn signIn;
    const std::string url = google.oauth.authorizationUrl({.redirectUri = redirect->uri(),
                                                           .state = signIn.state,
                                                           .nonce = signIn.nonce,
                                                           .codeChallenge = auth::codeChallenge(signIn.verifier),
                                                           .loginHint = options.email});
    terminal.note(
        "Open this address in a browser, choose your Google account, and allow NextJob AI to read its mail:\n");
    terminal.print(url + "\n");
    std::fflush(stdout);
    if (options.noBrowser || !openBrowser(url))
        terminal.note(
            "\nIf that browser runs on another machine, it ends at a page that it can't show. Copy the address "
            "of that page, which begins with http://127.0.0.1, and paste it here.");
    terminal.note("\nWaiting for Google's answer…");
    const auto query = redirect->wait(patience, "You can close this page: NextJob AI goes on in the terminal.");
    if (!query) return std::unexpected(query.error());
    auto code = codeOf(*query, signIn);
    if (!code) return code;
    return runTask(finish(&google,
                          {.code = std::move(*code),
                           .codeVerifier = signIn.verifier,
                           .redirectUri = redirect->uri(),
                           .clientId = google.oauth.options().clientId},
                          signIn, user));
}

}  // namespace

int connectGoogle(const ConnectOptions& options) {
    Terminal terminal("nextjob connect google");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    if (!workspace->config.google)
        return terminal.fail(
            {ErrorCode::Invalid,
             "Google is not set up: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET. docs/google.md says "
             "how to get them, which takes a few minutes."});
    const auto user = findUser(*workspace->store, options.email);
    if (!user) return terminal.fail(user.error());
    auto desk = openDesk(*workspace, workspace->config.google->options);
    if (!desk) return terminal.fail(desk.error());
    const auto email = askGoogle(terminal, *desk->google, options, user->id);
    if (!email) return terminal.fail(email.error());
    terminal.note(fmt::format("Connected {} for {}.", *email, user->email));
    return terminal.finish(0);
}

int reseal() {
    Terminal terminal("nextjob reseal");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto options = workspace->config.google ? workspace->config.google->options : auth::GoogleOptions{};
    auto desk = openDesk(*workspace, options);
    if (!desk) return terminal.fail(desk.error());
    const auto resealed = runTask(desk->google->connections.resealAll());
    if (!resealed) return terminal.fail(resealed.error());
    terminal.note(fmt::format("Sealed {} Google connections with the present key.", countText(*resealed)));
    const auto imap = resealImap(*workspace);
    if (!imap) return terminal.fail(imap.error());
    terminal.note(fmt::format("Sealed {} IMAP passwords with the present key.", countText(*imap)));
    return terminal.finish(0);
}

}  // namespace nextjob::app
