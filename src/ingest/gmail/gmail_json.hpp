#pragma once

#include "ingest/gmail/gmail_types.hpp"

#include <optional>
#include <string>
#include <string_view>

// The Gmail API's JSON, which comes from outside: whatever is in it, these return, within limits on depth, counts and
// lengths. Nothing when it is not what it should be.
namespace nextjob::ingest {

std::optional<GmailProfile> readProfile(std::string_view json);
std::optional<GmailIds> readIds(std::string_view json);
std::optional<GmailHistory> readHistory(std::string_view json);
std::optional<GmailWatch> readWatch(std::string_view json);

// The message of this id. Temporary for what is no such reply, Permanent for a message without a payload.
GmailResult<GmailMessage> readMessage(std::string json, std::string_view id);

// The reason in an error's body ("rateLimitExceeded"); "" when it has none. Letters and digits only.
std::string readReason(std::string_view json);

// Whether it can be a message's id: goes into URLs as it is.
bool isMessageId(std::string_view id);

}  // namespace nextjob::ingest
