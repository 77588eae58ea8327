#include "api/handlers/users/connections_view.hpp"

#include "model/names.hpp"
#include "text/timestamp.hpp"

#include <boost/json.hpp>

namespace nextjob::api {
namespace {

// What a source has stored; null for what is no JSON, so that the whole stays readable.
json::Raw stored(const std::string& text) {
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(text, failed);
    return {.text = failed ? "null" : boost::json::serialize(parsed)};
}

std::optional<std::string> timeOrNull(const std::optional<Timestamp>& time) {
    return time ? std::optional(text::timestamp(*time)) : std::nullopt;
}

}  // namespace

MailboxView view(const Mailbox& mailbox) {
    return {.source = mailbox.source,
            .settings = stored(mailbox.settings),
            .progress = stored(mailbox.progress),
            .dueAt = text::timestamp(mailbox.due),
            .askedAt = timeOrNull(mailbox.asked),
            .broken = mailbox.broken};
}

SenderRuleView view(const SenderRule& rule) { return {.sender = rule.sender, .read = rule.read}; }

ImapAccountView view(const ImapAccount& account) {
    return {.host = account.host,
            .port = account.port,
            .security = nameOf(account.security),
            .login = account.login,
            .connectedAt = text::timestamp(account.connectedAt),
            .brokenAt = timeOrNull(account.brokenAt)};
}

}  // namespace nextjob::api
