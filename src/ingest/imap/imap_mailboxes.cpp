#include "ingest/imap/imap_mailboxes.hpp"

#include "observe/log.hpp"
#include "store/imap_accounts.hpp"
#include "store/mailboxes.hpp"

#include <fmt/format.h>

namespace nextjob::ingest {

namespace {

constexpr int pageSize = 500;
constexpr const char* source = "imap";

// A row that is changed in the store, to lead elsewhere, does not take the password there.
std::string boundTo(const ImapAccount& account) {
    return fmt::format("imap secret of user {} at {}:{} by {} as {}", account.user, account.host, account.port,
                       static_cast<int>(account.security), account.login);
}

net::ImapResult<ImapFound> found(ImapClient& client, const ImapLogin& login, const ImapSettings& settings) {
    auto session = client.open(login);
    if (!session) return std::unexpected(std::move(session.error()));
    auto folders = (*session)->folders();
    if (!folders) return std::unexpected(std::move(folders.error()));
    ImapFound found{.folders = std::move(*folders), .chosen = {}};
    const auto since = currentTime() - std::chrono::days(settings.days);
    for (const std::string& folder : settings.folders) {
        if (const auto box = (*session)->examine(folder); !box) return std::unexpected(box.error());
        const auto uids = (*session)->since(since);
        if (!uids) return std::unexpected(uids.error());
        found.chosen.push_back({.name = folder, .mails = static_cast<std::int64_t>(uids->size())});
    }
    (*session)->signOut();
    return found;
}

}  // namespace

Task<net::ImapResult<ImapFound>> ImapMailboxes::look(ImapLogin login, ImapSettings settings) {
    co_return co_await client_.run([&] { return found(client_, login, settings); });
}

Task<Result<void>> ImapMailboxes::connect(UserId user, ImapLogin login, ImapSettings settings) {
    ImapAccount account{.user = user,
                        .host = std::move(login.host),
                        .port = login.port,
                        .security = login.plain      ? ImapSecurity::Plain
                                    : login.startTls ? ImapSecurity::StartTls
                                                     : ImapSecurity::Tls,
                        .login = std::move(login.login),
                        .sealed = {},
                        .keyId = {},
                        .token = login.token};
    auto sealed = seal_.seal(login.secret, boundTo(account));
    account.sealed = std::move(sealed.bytes);
    account.keyId = std::move(sealed.keyId);
    auto kept = co_await accounts_.put(std::move(account));
    if (!kept) co_return kept;
    const auto mailbox = co_await mailboxes_.put(user, source, writeImapSettings(settings));
    if (!mailbox) co_return std::unexpected(mailbox.error());
    observe::log(*log_, observe::Level::Info, "imap_connected", {{"user_id", user}});
    co_return Result<void>{};
}

Task<Result<void>> ImapMailboxes::disconnect(UserId user) {
    auto removed = co_await accounts_.remove(user);
    if (removed) observe::log(*log_, observe::Level::Info, "imap_disconnected", {{"user_id", user}});
    co_return removed;
}

Result<std::string> ImapMailboxes::opened(const ImapAccount& account) const {
    auto secret = seal_.open({.bytes = account.sealed, .keyId = account.keyId}, boundTo(account));
    if (secret) return secret;
    return failure(ErrorCode::Unavailable,
                   "The mailbox's password is sealed by a key that is not here. Put the former SECRET_KEY into "
                   "SECRET_KEY_PREVIOUS, or connect the mailbox again.");
}

Task<Result<ImapLogin>> ImapMailboxes::login(UserId user) {
    const auto account = co_await accounts_.find(user);
    if (!account) co_return std::unexpected(account.error());
    if (account->brokenAt) co_return failure(ErrorCode::Unauthorized, account->brokenReason);
    auto secret = opened(*account);
    if (!secret) co_return std::unexpected(std::move(secret.error()));
    co_return ImapLogin{.host = account->host,
                        .port = account->port,
                        .startTls = account->security == ImapSecurity::StartTls,
                        .plain = account->security == ImapSecurity::Plain,
                        .login = account->login,
                        .secret = std::move(*secret),
                        .token = account->token,
                        .version = account->version};
}

// That a repetition finds the account broken is no conflict.
Task<Result<void>> ImapMailboxes::refused(UserId user, std::int64_t version, std::string reason) {
    std::string advice =
        fmt::format("{} Make a new app password at your mail provider and connect the mailbox again.", reason);
    const auto marked = co_await accounts_.markBroken(user, version, std::move(advice));
    if (!marked) co_return std::unexpected(marked.error());
    if (*marked) {
        observe::log(*log_, observe::Level::Warning, "imap_connection_broken", {{"user_id", user}});
        co_return Result<void>{};
    }
    const auto account = co_await accounts_.find(user);
    if (!account) co_return std::unexpected(account.error());
    if (!account->brokenAt) co_return failure(ErrorCode::Conflict, "The mailbox was connected anew meanwhile.");
    co_return Result<void>{};
}

Task<Result<int>> ImapMailboxes::resealAll() {
    int resealed = 0;
    UserId beyond = 0;
    while (true) {
        auto some = co_await accounts_.after(beyond, pageSize);
        if (!some) co_return std::unexpected(std::move(some.error()));
        if (some->empty()) co_return resealed;
        for (ImapAccount& account : *some) {
            beyond = account.user;
            const auto secret = opened(account);
            if (!secret) co_return std::unexpected(secret.error());
            auto sealed = seal_.seal(*secret, boundTo(account));
            if (sealed.keyId == account.keyId) continue;
            account.sealed = std::move(sealed.bytes);
            account.keyId = std::move(sealed.keyId);
            const auto kept = co_await accounts_.reseal(std::move(account));
            if (!kept) co_return std::unexpected(kept.error());
            resealed += *kept ? 1 : 0;
        }
    }
}

}  // namespace nextjob::ingest
