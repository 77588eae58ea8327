#include "api/handlers/auth/credentials.hpp"
#include "api/handlers/integrations/integration_view.hpp"
#include "api/handlers/integrations/integrations.hpp"
#include "api/reply.hpp"
#include "api/services.hpp"
#include "store/imap_accounts.hpp"
#include "store/store.hpp"
#include "wire/read.hpp"

#include <algorithm>

namespace nextjob::api::integrations {

namespace {

using ingest::ImapSettings;
using net::ImapFault;

struct ImapBody {
    wire::Text<1, 253> host;
    std::optional<wire::Whole<1, 65'535>> port;
    std::optional<wire::Name<ImapSecurity>> security;
    wire::Text<1, 320> login;
    std::optional<wire::Text<1, 1024>> password;
    std::optional<wire::Text<1, 8192>> token;
    std::optional<wire::List<wire::Text<1, ImapSettings::longestFolder>, ImapSettings::mostFolders>> folders;
    std::optional<wire::Whole<1, ImapSettings::mostDays>> days;
};
BOOST_DESCRIBE_STRUCT(ImapBody, (), (host, port, security, login, password, token, folders, days))

void report(wire::Problems& problems, std::string field, std::string message, std::string type = "value_error") {
    problems.push_back(
        {.loc = {std::string("body"), std::move(field)}, .msg = std::move(message), .type = std::move(type)});
}

// What the types of the fields do not say.
void check(const ImapBody& body, wire::Problems& problems) {
    if (body.password.has_value() == body.token.has_value())
        report(problems, "password", "Give either password or token.");
    if (!body.folders) return;
    if (body.folders->items.empty())
        report(problems, "folders", "Name at least one folder, or leave it out for INBOX.");
    if (std::ranges::any_of(body.folders->items,
                            [](const auto& folder) { return folder.value.size() > ImapSettings::longestFolder; }))
        report(problems, "folders", "The name of a folder is too long.");
}

ingest::ImapLogin loginOf(ImapBody& body) {
    const auto security = body.security ? body.security->value : ImapSecurity::Tls;
    return {.host = std::move(body.host.value),
            .port = body.port ? static_cast<std::uint16_t>(body.port->value) : usualPort(security),
            .startTls = security == ImapSecurity::StartTls,
            .plain = security == ImapSecurity::Plain,
            .login = std::move(body.login.value),
            .secret = std::move(body.token ? body.token->value : body.password->value),
            .token = body.token.has_value()};
}

ImapSettings settingsOf(ImapBody& body) {
    ImapSettings settings;
    if (body.days) settings.days = static_cast<int>(body.days->value);
    if (!body.folders) return settings;
    settings.folders.clear();
    for (auto& folder : body.folders->items)
        if (std::ranges::find(settings.folders, folder.value) == settings.folders.end())
            settings.folders.push_back(std::move(folder.value));
    return settings;
}

// The field that is to be mended, as far as it is the user who can.
Response refuseImap(const net::ImapError& error, bool token) {
    const auto field = [&](std::string name, std::string type) {
        wire::Problems problems;
        report(problems, std::move(name), error.message, std::move(type));
        return refuse(problems);
    };
    switch (error.fault) {
        case ImapFault::Refused: return field(token ? "token" : "password", "imap_refused");
        case ImapFault::UnknownHost: return field("host", "imap_unknown_host");
        case ImapFault::NotAllowed: return field("host", "imap_not_allowed");
        case ImapFault::Untrusted: return field("host", "imap_untrusted");
        case ImapFault::Confused:
        case ImapFault::Rejected: return field("host", "imap_unsuitable");
        case ImapFault::Missing: return field("folders", "imap_missing_folder");
        case ImapFault::TooLarge: return field("days", "imap_too_large");
        case ImapFault::Unavailable:
        case ImapFault::Stopped: return refuseUntil(503, error.message, std::chrono::seconds(30));
    }
    std::unreachable();
}

}  // namespace

// Signs in before it keeps anything. That is a use of a credential as any other, and is limited as such: nobody is to
// try passwords of other people's mailboxes by way of this server.
Task<Response> connectImap(Call call) {
    wire::Problems problems;
    auto body = wire::readBody<ImapBody>(call.request.body, problems);
    if (body) check(*body, problems);
    if (!body || !problems.empty()) co_return refuse(problems);
    if (auto refusal = tooManyCredentials(call)) co_return std::move(*refusal);
    const std::string account = "imap " + body->login.value + " " + body->host.value;
    if (auto refusal = tooManyFailures(call, account)) co_return std::move(*refusal);
    const std::string user = std::to_string(call.request.userId);
    if (const auto wait = call.services.imapSignIns.take(user))
        co_return refuseUntil(429, "Too many attempts; wait and try again.", *wait);
    const auto login = loginOf(*body);
    const auto settings = settingsOf(*body);
    auto found = co_await call.services.imap.look(login, settings);
    if (!found) {
        if (found.error().fault == ImapFault::Refused) countFailure(call, account);
        co_return refuseImap(found.error(), login.token);
    }
    const auto kept = co_await call.services.imap.connect(call.request.userId, login, settings);
    if (!kept) co_return refuse(kept.error());
    const auto stored = co_await call.services.store.imapAccounts().find(call.request.userId);
    if (!stored) co_return refuse(stored.error());
    ImapConnectionView shown{integrationView(*stored), std::move(found->folders), {}};
    for (auto& folder : found->chosen) shown.chosen.push_back({std::move(folder.name), folder.mails});
    co_return ok(shown);
}

Task<Response> removeImap(Call call) {
    const auto removed = co_await call.services.imap.disconnect(call.request.userId);
    co_return removed ? noContent() : refuse(removed.error());
}

}  // namespace nextjob::api::integrations
