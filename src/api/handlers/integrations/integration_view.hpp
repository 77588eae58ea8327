#pragma once

#include "model/google_credential.hpp"
#include "model/imap_account.hpp"
#include "text/timestamp.hpp"
#include "wire/write.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::api {

// A connected mailbox as its user sees it.
struct IntegrationView {
    std::string_view source;
    std::string_view state;  // connected or broken
    std::string email;
    std::string since;                    // of the state
    std::optional<std::string> whatToDo;  // when it is broken, or not all that was chosen can be read
};
BOOST_DESCRIBE_STRUCT(IntegrationView, (), (source, state, email, since, whatToDo))

inline IntegrationView integrationView(const GoogleCredential& credential) {
    return {.source = "gmail",
            .state = credential.brokenAt ? "broken" : "connected",
            .email = credential.email,
            .since = text::timestamp(credential.brokenAt.value_or(credential.connectedAt)),
            .whatToDo = credential.brokenAt ? std::optional(credential.brokenReason) : std::nullopt};
}

inline IntegrationView integrationView(const ImapAccount& account) {
    return {.source = "imap",
            .state = account.brokenAt ? "broken" : "connected",
            .email = account.login,
            .since = text::timestamp(account.brokenAt.value_or(account.connectedAt)),
            .whatToDo = account.brokenAt ? std::optional(account.brokenReason) : std::nullopt};
}

// What was found in an IMAP mailbox when it was connected.
struct ImapFolderView {
    std::string name;
    std::int64_t mails = 0;  // of the days that are read
};
BOOST_DESCRIBE_STRUCT(ImapFolderView, (), (name, mails))

struct ImapConnectionView : IntegrationView {
    std::vector<std::string> folders;    // all that there are
    std::vector<ImapFolderView> chosen;  // those that are read
};
BOOST_DESCRIBE_STRUCT(ImapConnectionView, (IntegrationView), (folders, chosen))

}  // namespace nextjob::api
