#pragma once

#include "api/reply.hpp"
#include "queue/queue.hpp"
#include "wire/queue.hpp"

#include <utility>

namespace nextjob::api::service_queue {

inline Claim claimOf(wire::ClaimBody body) {
    Claim claim{.ticket = body.ticket.value,
                .message = body.message.value,
                .raw = {},
                .attempts = static_cast<int>(body.attempts.value)};
    claim.raw.user = body.userId.value;
    claim.raw.source = std::move(body.source.value);
    claim.raw.sourceId = std::move(body.sourceId.value);
    return claim;
}

inline std::vector<Claim> claimsOf(wire::ClaimsBody body) {
    std::vector<Claim> claims;
    for (auto& claim : body.claims.items) claims.push_back(claimOf(std::move(claim)));
    return claims;
}

inline std::vector<MessageId> messagesOf(const wire::MessagesBody& body) {
    std::vector<MessageId> messages;
    for (const auto& id : body.messages.items) messages.push_back(id.value);
    return messages;
}

inline Response messagesReply(const std::vector<MessageId>& found) {
    wire::MessagesBody body;
    for (const MessageId id : found) body.messages.items.push_back({id});
    return ok(body);
}

// Which of a parcel's mails were new, in the order given.
Response acceptedReply(const queue::Accepted& accepted);

}  // namespace nextjob::api::service_queue
