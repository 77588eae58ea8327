#include "app/commands/ledger.hpp"

#include "api/handlers/messages/message_view.hpp"
#include "app/display_text.hpp"
#include "app/progress.hpp"
#include "app/terminal.hpp"
#include "app/workspace.hpp"
#include "model/names.hpp"
#include "model/run_task.hpp"
#include "queue/open.hpp"
#include "store/mailboxes.hpp"
#include "store/messages.hpp"
#include "store/offers.hpp"
#include "text/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace nextjob::app {

namespace {

constexpr int shownInTable = 50;
constexpr int pageLimit = 500;
constexpr std::size_t senderColumns = 28;

std::string stateText(const MessageRecord& message) {
    if (message.state != MessageState::Done) return std::string(nameOf(message.state));
    if (message.kind == MailKind::Alert || message.kind == MailKind::Recruiter)
        return fmt::format("{} {}", message.found, message.found == 1 ? "offer" : "offers");
    return message.kind ? std::string(nameOf(*message.kind)) : "done";
}

std::string row(const MessageRecord& message, std::size_t columns) {
    std::string line = fmt::format("{:>8}  {:<12}  {}  ", message.id, stateText(message),
                                   padded(fitted(printable(message.sender), senderColumns), senderColumns));
    const std::string what = message.reason.empty()
                                 ? printable(message.subject)
                                 : fmt::format("{} ({})", printable(message.subject), printable(message.reason));
    return fitted(line + what, columns) + "\n";
}

Result<void> print(Terminal& terminal, store::Store& store, UserId user, const MessagesOptions& options) {
    store::MessageFilter filter;
    for (const auto& name : options.states) filter.states.push_back(*parseName<MessageState>(name));
    const int limit = options.limit.value_or(options.json ? std::numeric_limits<int>::max() : shownInTable);
    PageRequest request;
    int shown = 0;
    std::int64_t all = 0;
    do {
        request.limit = std::min(pageLimit, limit - shown);
        auto page = runTask(store.messages().list(user, filter, request));
        if (!page) return std::unexpected(page.error());
        for (const auto& message : page->items)
            terminal.print(options.json ? wire::write(api::view(message)) + "\n"
                                        : row(message, Terminal::columns(stdout)));
        shown += static_cast<int>(page->items.size());
        all = page->count;
        request.cursor = page->next;
    } while (!request.cursor.empty() && shown < limit);
    if (shown < all) terminal.note(fmt::format("{} of {} messages. --limit shows more.", shown, countText(all)));
    if (all == 0) terminal.note("There are no such messages.");
    return {};
}

// The ledger's id, when the text is one.
std::optional<MessageId> ledgerId(const std::string& text) {
    MessageId id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc() && end == text.data() + text.size() && id > 0 ? std::optional(id) : std::nullopt;
}

Result<MessageRecord> byLedgerId(store::Store& store, MessageId id) {
    const auto owner = runTask(store.messages().ownerOf(id));
    if (!owner) return std::unexpected(owner.error());
    return runTask(store.messages().find(*owner, id));
}

Result<MessageRecord> bySourceId(store::Store& store, const std::string& email, const std::string& id) {
    const auto user = findUser(store, email);
    if (!user) return std::unexpected(user.error());
    const auto mailboxes = runTask(store.mailboxes().ofUser(user->id));
    if (!mailboxes) return std::unexpected(mailboxes.error());
    std::vector<std::string> sources{"file"};
    for (const Mailbox& mailbox : *mailboxes) sources.push_back(mailbox.source);
    for (const auto& source : sources) {
        auto found = runTask(store.messages().findAtSource(user->id, source, id));
        if (!found) return std::unexpected(found.error());
        if (!found->empty()) return std::move(found->front());
    }
    return failure(ErrorCode::NotFound, "no such message");
}

Result<MessageRecord> findMessage(store::Store& store, const TraceOptions& options) {
    const auto id = ledgerId(options.id);
    auto found = id ? byLedgerId(store, *id) : failure(ErrorCode::NotFound, "no such message");
    const bool missing = !found && found.error().code == ErrorCode::NotFound;
    if (missing && !options.email.empty()) found = bySourceId(store, options.email, options.id);
    if (!found && found.error().code == ErrorCode::NotFound)
        return failure(ErrorCode::NotFound,
                       fmt::format("there is no message {}. Give the number that the log and nextjob messages show, or "
                                   "Gmail's id or a Message-ID together with --user.",
                                   printable(options.id)));
    return found;
}

std::string line(Timestamp at, std::string_view what) { return fmt::format("  {}  {}\n", text::timestamp(at), what); }

std::string endText(const MessageRecord& message) {
    switch (message.state) {
        case MessageState::Seen:
            return message.attempts == 0 ? "waits to be fetched"
                                         : fmt::format("waits to be fetched again; {} tries failed", message.attempts);
        case MessageState::Queued:
            return message.attempts == 0 ? "waits for analysis"
                                         : fmt::format("waits for analysis again; {} tries failed", message.attempts);
        case MessageState::Done:
            return fmt::format("analysed in {:.1f} ms: {}, {} found{}",
                               std::chrono::duration<double, std::milli>(message.analysisTime).count(),
                               message.kind ? nameOf(*message.kind) : "nothing known",
                               message.found == 1 ? "1 offer" : fmt::format("{} offers", message.found),
                               message.announced ? fmt::format(" of {} announced", *message.announced) : "");
        case MessageState::Skipped: return "passed over";
        case MessageState::Dead: return fmt::format("given up on after {} tries", message.attempts);
    }
    return {};
}

void printTrace(Terminal& terminal, const MessageRecord& message, const std::vector<store::BroughtOffer>& offers) {
    terminal.print(fmt::format("Message {} of user {}, from {} ({})\n", message.id, message.user, message.source,
                               printable(message.sourceId)));
    if (!message.subject.empty())
        terminal.print(fmt::format("  \"{}\" from {}\n", printable(message.subject), printable(message.sender)));
    if (message.receivedAt) terminal.print(line(*message.receivedAt, "received"));
    terminal.print(line(message.firstSeen, "first seen"));
    if (message.fetched)
        terminal.print(line(*message.fetched, fmt::format("fetched and queued, {} bytes{}",
                                                          countText(static_cast<std::int64_t>(message.bytes)),
                                                          message.truncated ? ", cut off" : "")));
    if (message.wanted) terminal.print("                            its user says that it is job mail\n");
    terminal.print(line(message.updated, endText(message)));
    if (!message.reason.empty())
        terminal.print(fmt::format("                            {}\n", printable(message.reason)));
    for (const auto& offer : offers)
        terminal.print(fmt::format("  offer {}: {}\n", offer.offer, printable(offer.title)));
    terminal.note(fmt::format("In the logs of every role: grep '\"message\":{}[,}}]'", message.id));
}

}  // namespace

int listMessages(const MessagesOptions& options) {
    Terminal terminal("nextjob messages");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto user = findUser(*workspace->store, options.email);
    if (!user) return terminal.fail(user.error());
    if (!options.retry) {
        const auto printed = print(terminal, *workspace->store, user->id, options);
        return printed ? terminal.finish(0) : terminal.fail(printed.error());
    }
    const auto queue = queue::open(*workspace->store, {}, workspace->config.redisUrl);
    if (!queue) return terminal.fail(queue.error());
    const auto revived = runTask((*queue)->revive(user->id));
    if (!revived) return terminal.fail(revived.error());
    terminal.note(*revived == 0 ? "There are no dead messages."
                                : fmt::format("{} dead {} will be tried again by the running server.",
                                              countText(*revived), *revived == 1 ? "message" : "messages"));
    return terminal.finish(0);
}

int trace(const TraceOptions& options) {
    Terminal terminal("nextjob trace");
    auto workspace = openWorkspace();
    if (!workspace) return terminal.fail(workspace.error());
    const auto message = findMessage(*workspace->store, options);
    if (!message) return terminal.fail(message.error());
    const auto offers = runTask(workspace->store->offers().broughtBy(message->user, message->id));
    if (!offers) return terminal.fail(offers.error());
    printTrace(terminal, *message, *offers);
    return terminal.finish(0);
}

}  // namespace nextjob::app
