#include "app/commands/connect_imap.hpp"

#include "app/display_text.hpp"
#include "app/progress.hpp"
#include "app/secrets.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "ingest/imap/imap_mailboxes.hpp"
#include "model/imap_account.hpp"
#include "model/names.hpp"
#include "model/run_task.hpp"
#include "observe/log.hpp"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace nextjob::app {

namespace {

constexpr std::size_t mostSecretBytes = 8192;

ErrorCode codeOf(net::ImapFault fault) {
    switch (fault) {
        case net::ImapFault::Unavailable:
        case net::ImapFault::Stopped: return ErrorCode::Unavailable;
        case net::ImapFault::Refused: return ErrorCode::Unauthorized;
        default: return ErrorCode::Invalid;
    }
}

ingest::ImapLogin loginOf(const ConnectImapOptions& options, std::string secret) {
    const auto security = *parseName<ImapSecurity>(options.security);
    return {.host = options.host,
            .port = options.port.value_or(usualPort(security)),
            .startTls = security == ImapSecurity::StartTls,
            .plain = security == ImapSecurity::Plain,
            .login = options.login.empty() ? options.email : options.login,
            .secret = std::move(secret),
            .token = options.token};
}

// What the commands here work with.
struct Desk {
    Desk(Workspace& workspace, const Secrets& secrets)
        : client({.rules = workspace.config.imap, .threads = 1}),
          mailboxes(workspace.store->imapAccounts(), workspace.store->mailboxes(),
                    auth::TokenSeal(tokenSecrets(workspace.config, secrets)), client, observe::silentLog()) {}

    ingest::ImapClient client;
    ingest::ImapMailboxes mailboxes;
};

Result<std::unique_ptr<Desk>> openDesk(Workspace& workspace) {
    const auto secrets = openSecrets(workspace.config);
    if (!secrets) return std::unexpected(secrets.error());
    return std::make_unique<Desk>(workspace, *secrets);
}

std::string mails(std::int64_t count) { return fmt::format("{} {}", countText(count), count == 1 ? "mail" : "mails"); }

void show(Terminal& terminal, const ingest::ImapFound& found, int days) {
    terminal.print(fmt::format("Folders ({}):\n", found.folders.size()));
    for (const auto& folder : found.folders) terminal.print(fmt::format("  {}\n", printable(folder)));
    for (const auto& folder : found.chosen)
        terminal.print(fmt::format("{}: {} of the last {} days\n", printable(folder.name), mails(folder.mails), days));
}

}  // namespace

int connectImap(const ConnectImapOptions& options) {
    Terminal terminal("nextjob connect imap");
    if (!options.secretFromInput) {
        terminal.error("give --password-stdin and the password as one line on standard input.");
        return terminal.finish(2);
    }
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto user = findUser(*workspace->store, options.email);
    if (!user) return terminal.fail(user.error());
    std::string secret;
    std::getline(std::cin, secret);
    if (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty() || secret.size() > mostSecretBytes)
        return terminal.fail({ErrorCode::Invalid, "the password is to be one line on standard input."});

    const auto desk = openDesk(*workspace);
    if (!desk) return terminal.fail(desk.error());
    auto& mailboxes = (*desk)->mailboxes;
    ingest::ImapSettings settings{.days = options.days};
    if (!options.folders.empty()) settings.folders = options.folders;
    const auto login = loginOf(options, std::move(secret));
    const auto found = runTask(mailboxes.look(login, settings));
    if (!found) return terminal.fail({codeOf(found.error().fault), found.error().message});
    show(terminal, *found, options.days);
    if (const auto kept = runTask(mailboxes.connect(user->id, login, settings)); !kept)
        return terminal.fail(kept.error());
    terminal.note(fmt::format("Connected {} at {} for {}.", printable(login.login), login.host, user->email));
    return terminal.finish(0);
}

Result<int> resealImap(Workspace& workspace) {
    const auto desk = openDesk(workspace);
    if (!desk) return std::unexpected(desk.error());
    return runTask((*desk)->mailboxes.resealAll());
}

}  // namespace nextjob::app
