#include "ingest/gmail/gmail_sync.hpp"

#include "ingest/gmail/gmail_cursor.hpp"
#include "ingest/gmail/gmail_settings.hpp"
#include "ingest/gmail/raw_gmail_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace nextjob::ingest {

namespace {

using Fault = SourceError::Fault;
using End = FetchOutcome::End;

// How long before its end a watch is renewed, and how much sooner than the last look a new list begins: Gmail's clock
// and ours differ, and mail may be dated before it arrives.
constexpr std::chrono::days renewal{1};
constexpr std::chrono::days margin{1};

// Folders whose mail nobody sent to the user, or that is no mail for them. What is in the inbox too was sent to them.
std::string_view unwantedFor(const std::vector<std::string>& labels) {
    const auto has = [&](std::string_view label) { return std::ranges::find(labels, label) != labels.end(); };
    if (has("DRAFT")) return "it is a draft";
    if (has("CHAT")) return "it is a chat message";
    if (has("SPAM")) return "it is in the spam folder";
    if (has("TRASH")) return "it is in the bin";
    if (has("SENT") && !has("INBOX")) return "the user sent it";
    return {};
}

// GCC 12 destroys aggregates twice that are made inside a coroutine's expressions: functions make them.
SourceError sourceError(Fault fault, std::string message) { return {fault, std::move(message)}; }

// What a fault is to the mailbox.
SourceError sourceErrorOf(const GmailError& error) {
    switch (error.fault) {
        case GmailFault::AuthBroken:
            return {Fault::Refused,
                    "Gmail does not let NextJob AI read this mailbox. If that lasts, connect the account again, and "
                    "allow reading mail."};
        case GmailFault::RateLimited:
            return {Fault::Limited, "Gmail wants no more calls for now. Sync goes on by itself.", error.until};
        case GmailFault::Temporary:
            return {Fault::Temporary,
                    fmt::format("Gmail can't be read now: {}. Sync tries again by itself.", error.message)};
        case GmailFault::Stopped: return {Fault::Stopped, error.message};
        default: return {Fault::Refused, fmt::format("Gmail refuses what it is asked: {}.", error.message)};
    }
}

// And to a message.
NotFetched endOf(const GmailError& error) {
    switch (error.fault) {
        case GmailFault::Gone:
            return {.end = End::Skipped, .reason = "It was deleted at Gmail before it could be read."};
        case GmailFault::TooLarge: return {.end = End::Skipped, .reason = "It is too large to be read."};
        case GmailFault::Temporary:
            return {.end = End::TryLater, .reason = fmt::format("Gmail did not give it: {}.", error.message)};
        default: return {.end = End::Dead, .reason = fmt::format("It can't be read from Gmail: {}.", error.message)};
    }
}

FetchedMessage whole(GmailMessage message, UserId user) {
    std::string unwanted(unwantedFor(message.labels));
    return {.mail = rawMessage(std::move(message), user), .unwanted = std::move(unwanted)};
}

class GmailRun final : public SourceRun {
  public:
    GmailRun(GmailClient& client, const std::string& topic, SyncRun& run)
        : client_(client),
          topic_(topic),
          run_(run),
          user_(run.mailbox().user),
          cursor_(readGmailCursor(run.mailbox().cursor)),
          // What no user may set is not there; the defaults are good for a mailbox whatever happened to its row.
          settings_(readGmailSettings(run.mailbox().settings).value_or(GmailSettings{})) {}

    Task<SourceResult<SyncLook>> look() override;
    Task<SourceResult<std::vector<FetchedMessage>>> fetch(std::vector<std::string> ids) override;

  private:
    Task<void> watch();
    Task<GmailResult<>> startListing();
    Task<SourceResult<>> list();
    Task<SourceResult<>> listPage();
    Task<SourceResult<bool>> catchUp();
    Task<SourceResult<>> enter(std::vector<std::string> ids);
    Task<SourceError> errorOf(GmailError error);
    Task<FetchedMessage> failed(GmailError error);

    GmailClient& client_;
    const std::string& topic_;
    SyncRun& run_;
    const UserId user_;
    GmailCursor cursor_;
    const GmailSettings settings_;
};

Task<SourceResult<SyncLook>> GmailRun::look() {
    co_await watch();
    // Twice at most: a list that takes so long that its history is forgotten meanwhile is not begun a third time.
    for (int turn = 0; turn < 2; ++turn) {
        if (cursor_.history == 0) {
            const auto started = co_await startListing();
            if (!started) co_return std::unexpected(co_await errorOf(started.error()));
        }
        auto listed = co_await list();
        if (!listed) co_return std::unexpected(std::move(listed.error()));
        const auto current = co_await catchUp();
        if (!current) co_return std::unexpected(current.error());
        if (*current) co_return SyncLook{.watched = cursor_.watchEnds && *cursor_.watchEnds > currentTime()};
        cursor_.history = 0;
    }
    co_return sourceFailure(Fault::Temporary, "Gmail forgets faster than its mail can be listed.");
}

// Asks Google to announce new mail. Where that fails looks must do, which come more often then.
Task<void> GmailRun::watch() {
    const auto now = currentTime();
    const bool lasts = cursor_.watchEnds && *cursor_.watchEnds > now + renewal && cursor_.watchTopic == topic_;
    if (topic_.empty() || lasts) {
        if (topic_.empty()) cursor_.watchEnds.reset();
        co_return;
    }
    const auto watched = co_await client_.watch(user_, topic_);
    if (!watched) co_return;
    cursor_.watchEnds = watched->expires;
    cursor_.watchTopic = topic_;
}

// What comes while the list is made has a higher history id than the one that is taken first.
Task<GmailResult<>> GmailRun::startListing() {
    const auto profile = co_await client_.profile(user_);
    if (!profile) co_return std::unexpected(profile.error());
    const auto window = currentTime() - std::chrono::days(settings_.days);
    cursor_.history = profile->history;
    cursor_.historyPage.clear();
    cursor_.listPage.clear();
    cursor_.searches.clear();
    // The history that is gone would have told of every mail, so every mail since is listed.
    if (cursor_.synced) cursor_.searches.push_back(searchForAll(std::max(*cursor_.synced - margin, window)));
    cursor_.searches.push_back(settings_.search(window));
    co_return GmailResult<>{};
}

Task<SourceResult<>> GmailRun::list() {
    while (!cursor_.searches.empty()) {
        auto listed = co_await listPage();
        if (!listed) co_return listed;
    }
    co_return SourceResult<>{};
}

Task<SourceResult<>> GmailRun::listPage() {
    auto page = co_await client_.list(user_, cursor_.searches.front(), cursor_.listPage);
    if (!page && page.error().fault == GmailFault::Permanent && !cursor_.listPage.empty()) {
        // Gmail does not know the page any more: from the beginning. The ledger knows what was listed before.
        cursor_.listPage.clear();
        page = co_await client_.list(user_, cursor_.searches.front(), "");
    }
    if (!page) co_return std::unexpected(co_await errorOf(page.error()));
    cursor_.listPage = page->nextPage;
    if (cursor_.listPage.empty()) cursor_.searches.erase(cursor_.searches.begin());
    co_return co_await enter(std::move(page->ids));
}

// What came since the history id. False when Gmail does not know any more.
Task<SourceResult<bool>> GmailRun::catchUp() {
    while (true) {
        auto page = co_await client_.history(user_, cursor_.history, cursor_.historyPage);
        if (!page && page.error().fault == GmailFault::Permanent && !cursor_.historyPage.empty()) {
            cursor_.historyPage.clear();
            page = co_await client_.history(user_, cursor_.history, "");
        }
        if (!page && page.error().fault == GmailFault::HistoryExpired) co_return false;
        if (!page) co_return std::unexpected(co_await errorOf(page.error()));
        cursor_.historyPage = page->nextPage;
        const bool last = cursor_.historyPage.empty();
        // The id is good for going on once every page is in the ledger. A reply of an older state of the mailbox must
        // not lead back.
        if (last) {
            cursor_.history = std::max(cursor_.history, page->history);
            cursor_.synced = currentTime();
        }
        auto entered = co_await enter(std::move(page->added));
        if (!entered) co_return std::unexpected(std::move(entered.error()));
        if (last) co_return true;
    }
}

// The page's messages into the ledger together with the cursor that goes on behind it.
Task<SourceResult<>> GmailRun::enter(std::vector<std::string> ids) {
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    // Ids grow with time: the newest mail is fetched first.
    std::ranges::reverse(ids);
    auto entered = co_await run_.advance(writeGmailCursor(cursor_), std::move(ids));
    if (!entered) co_return std::unexpected(std::move(entered.error()));
    co_return SourceResult<>{};
}

// Gmail may refuse a token for no lasting reason: the connection is broken when its owner says so.
Task<SourceError> GmailRun::errorOf(GmailError error) {
    if (error.fault == GmailFault::AuthBroken) {
        const auto token = co_await run_.backend().gmailToken(user_, "", client_.stopToken());
        if (!token && (token.error().code == ErrorCode::Unauthorized || token.error().code == ErrorCode::NotFound))
            co_return sourceError(Fault::Broken, token.error().message);
        if (!token && client_.stopToken().stop_requested())
            co_return sourceError(Fault::Stopped, token.error().message);
    }
    co_return sourceErrorOf(error);
}

Task<SourceResult<std::vector<FetchedMessage>>> GmailRun::fetch(std::vector<std::string> ids) {
    auto messages = co_await client_.messages(user_, std::move(ids));
    if (!messages) co_return std::unexpected(co_await errorOf(std::move(messages.error())));
    std::vector<FetchedMessage> fetched;
    fetched.reserve(messages->size());
    for (auto& message : *messages) {
        if (message)
            fetched.push_back(whole(std::move(*message), user_));
        else
            fetched.push_back(co_await failed(std::move(message.error())));
    }
    co_return fetched;
}

// A message that did not come. What is the whole mailbox's trouble leaves it as it is.
Task<FetchedMessage> GmailRun::failed(GmailError error) {
    const bool ofAll = error.fault == GmailFault::AuthBroken || error.fault == GmailFault::RateLimited
                       || error.fault == GmailFault::Stopped;
    FetchedMessage fetched;
    if (ofAll)
        fetched.mail = co_await errorOf(std::move(error));
    else
        fetched.mail = endOf(error);
    co_return fetched;
}

}  // namespace

std::unique_ptr<SourceRun> GmailSync::begin(SyncRun& run) { return std::make_unique<GmailRun>(client_, topic_, run); }

}  // namespace nextjob::ingest
