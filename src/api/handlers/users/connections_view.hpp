#pragma once

#include "api/json/write.hpp"
#include "model/imap_account.hpp"
#include "model/mailbox.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nextjob::api {

// A mailbox that is read for a user, as an export has it.
struct MailboxView {
    std::string_view source;
    json::Raw settings;
    json::Raw progress;  // of the run under way or the last one; null before the first
    std::string dueAt;   // when the next run begins
    std::optional<std::string> askedAt;
    bool broken = false;
};
BOOST_DESCRIBE_STRUCT(MailboxView, (), (source, settings, progress, dueAt, askedAt, broken))

struct SenderRuleView {
    std::string_view sender;
    bool read = false;
};
BOOST_DESCRIBE_STRUCT(SenderRuleView, (), (sender, read))

// Without its password.
struct ImapAccountView {
    std::string_view host;
    std::int64_t port = 0;
    std::string_view security;
    std::string_view login;
    std::string connectedAt;
    std::optional<std::string> brokenAt;
};
BOOST_DESCRIBE_STRUCT(ImapAccountView, (), (host, port, security, login, connectedAt, brokenAt))

// Views into what they are of, which outlives them.
MailboxView view(const Mailbox& mailbox);
SenderRuleView view(const SenderRule& rule);
ImapAccountView view(const ImapAccount& account);

}  // namespace nextjob::api
