#pragma once

#include "model/time.hpp"
#include "model/user.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace nextjob {

enum class ImapSecurity : std::uint8_t {
    Tls,       // from the first byte (port 993)
    StartTls,  // before signing in (port 143)
    Plain,     // only to this machine
};

constexpr std::uint16_t usualPort(ImapSecurity security) { return security == ImapSecurity::Tls ? 993 : 143; }

// How a user's IMAP mailbox is reached. The password is sealed by whoever made the row.
struct ImapAccount {
    UserId user = 0;
    std::string host;
    std::uint16_t port = 993;
    ImapSecurity security = ImapSecurity::Tls;
    std::string login;
    std::string sealed;  // the app password, or an OAuth token; any bytes
    std::string keyId;   // which key seals it
    bool token = false;  // sign in by XOAUTH2 with it
    // Set by the store.
    std::int64_t version = 0;             // counts the row's changes
    std::optional<Timestamp> brokenAt{};  // since when the server refuses the sign-in
    std::string brokenReason{};           // and why, for the user
    Timestamp connectedAt{};
};

}  // namespace nextjob
