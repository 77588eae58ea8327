#include "store/mailbox_terms.hpp"

#include "store/sender_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nextjob::store {

Result<void> checkSeen(const std::vector<std::string>& seen) {
    if (seen.size() > mostSeenAtOnce)
        return failure(ErrorCode::TooLarge, fmt::format("At most {} messages are entered at once.", mostSeenAtOnce));
    const bool sound =
        std::ranges::all_of(seen, [](const std::string& id) { return !id.empty() && id.size() <= longestSourceId; });
    if (!sound)
        return failure(ErrorCode::Invalid,
                       fmt::format("A message's id at its source has 1 to {} bytes.", longestSourceId));
    return {};
}

std::unexpected<Error> noSuchMailbox() {
    return failure(ErrorCode::NotFound, "No such mailbox is connected. Connect it first.");
}

std::unexpected<Error> leaseLost() {
    return failure(ErrorCode::Conflict, "This mailbox is no longer this worker's to read.");
}

std::unexpected<Error> tooManyRules() {
    return failure(ErrorCode::TooLarge,
                   fmt::format("There are {} rules for senders already. Remove some first.", SenderRules::mostOfUser));
}

std::unexpected<Error> noSuchRule() { return failure(ErrorCode::NotFound, "There is no rule for this sender."); }

std::unexpected<Error> notWantable(const MessageRecord& message, bool mailboxThere) {
    switch (message.state) {
        case MessageState::Seen: return failure(ErrorCode::Conflict, "This message is about to be fetched.");
        case MessageState::Queued: return failure(ErrorCode::Conflict, "This message is about to be analysed.");
        case MessageState::Done:
            return failure(ErrorCode::Conflict, "This message was analysed as a job mail already.");
        case MessageState::Dead:
            return failure(ErrorCode::Conflict, "This message could not be read. Have it tried again instead.");
        case MessageState::Skipped: break;
    }
    if (message.fetched)
        return failure(ErrorCode::Conflict,
                       "This message was read in full and skipped then: reading it again would not change that.");
    if (!mailboxThere)
        return failure(ErrorCode::Conflict,
                       "The mailbox that this message is in is not connected any more. Connect it first.");
    return failure(ErrorCode::Conflict, "This message has changed meanwhile. Try again.");
}

}  // namespace nextjob::store
