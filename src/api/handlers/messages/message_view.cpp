#include "api/handlers/messages/message_view.hpp"

#include "model/names.hpp"
#include "text/timestamp.hpp"

namespace nextjob::api {

namespace {

std::optional<std::string_view> orNull(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

MessageView view(const MessageRecord& message) {
    return {.id = message.id,
            .state = nameOf(message.state),
            .reason = orNull(message.reason),
            .source = message.source,
            .sourceId = message.sourceId,
            .subject = message.subject,
            .sender = message.sender,
            .receivedAt = message.receivedAt ? std::optional(text::timestamp(*message.receivedAt)) : std::nullopt,
            .importId = message.import,
            .bytes = static_cast<std::int64_t>(message.bytes),
            .truncated = message.truncated,
            .kind = message.kind ? std::optional(nameOf(*message.kind)) : std::nullopt,
            .language = orNull(message.language),
            .announced = message.announced ? std::optional<std::int64_t>(*message.announced) : std::nullopt,
            .found = message.found,
            .aboutTitle = orNull(message.aboutTitle),
            .aboutCompany = orNull(message.aboutCompany),
            .firstSeenAt = text::timestamp(message.firstSeen),
            .fetchedAt = message.fetched ? std::optional(text::timestamp(*message.fetched)) : std::nullopt,
            .wanted = message.wanted};
}

}  // namespace nextjob::api
