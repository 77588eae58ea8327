#pragma once

#include "model/message_record.hpp"
#include "wire/write.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// A message's row in the ledger as its user sees it. Views into the record, which outlives it.
struct MessageView {
    MessageId id = 0;
    std::string_view state;
    std::optional<std::string_view> reason;
    std::string_view source;
    std::string_view sourceId;
    std::string_view subject;
    std::string_view sender;
    std::optional<std::string> receivedAt;
    std::optional<ImportId> importId;
    std::int64_t bytes = 0;
    bool truncated = false;
    std::optional<std::string_view> kind;
    std::optional<std::string_view> language;
    std::optional<std::int64_t> announced;
    std::int64_t found = 0;
    std::optional<std::string_view> aboutTitle;
    std::optional<std::string_view> aboutCompany;
    std::string firstSeenAt;
    std::optional<std::string> fetchedAt;
    bool wanted = false;
};
BOOST_DESCRIBE_STRUCT(MessageView, (),
                      (id, state, reason, source, sourceId, subject, sender, receivedAt, importId, bytes, truncated,
                       kind, language, announced, found, aboutTitle, aboutCompany, firstSeenAt, fetchedAt, wanted))

MessageView view(const MessageRecord& message);

}  // namespace nextjob::api
