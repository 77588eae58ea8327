#pragma once

#include "model/error.hpp"
#include "model/mailbox.hpp"
#include "model/message_record.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What both engines say and check of mailboxes, and of messages that are seen and not fetched yet.
namespace nextjob::store {

inline constexpr std::size_t mostSeenAtOnce = 1000;
inline constexpr std::size_t longestSourceId = 900;  // what an index of every engine takes

// What a message is known by until its mail is read. No mail's key begins with a colon.
inline std::string provisionalKey(std::string_view source, std::string_view sourceId) {
    return std::string(":").append(source).append(":").append(sourceId);
}

inline MessageState stateAfter(FetchOutcome::End end) {
    switch (end) {
        case FetchOutcome::End::Skipped: return MessageState::Skipped;
        case FetchOutcome::End::Dead: return MessageState::Dead;
        case FetchOutcome::End::TryLater: break;
    }
    return MessageState::Seen;
}

inline int attemptsOf(FetchOutcome::End end) { return end == FetchOutcome::End::Skipped ? 0 : 1; }

inline std::optional<std::string_view> unlessEmpty(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

Result<void> checkSeen(const std::vector<std::string>& seen);

std::unexpected<Error> noSuchMailbox();
std::unexpected<Error> leaseLost();
std::unexpected<Error> tooManyRules();
std::unexpected<Error> noSuchRule();
// Why a message that the user wants can't be fetched.
std::unexpected<Error> notWantable(const MessageRecord& message, bool mailboxThere);

inline constexpr std::string_view mailboxRemoved = "Its mailbox was disconnected before it was fetched.";

}  // namespace nextjob::store
