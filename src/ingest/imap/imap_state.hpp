#pragma once

#include "net/imap/imap_parse.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is kept of an IMAP mailbox between two runs, as JSON in Mailbox, and how its mails are named.
namespace nextjob::ingest {

// Mailbox::settings: what the user wishes.
struct ImapSettings {
    static constexpr int mostFolders = 20;
    static constexpr std::size_t longestFolder = 200;  // bytes of a name
    static constexpr int mostDays = 365;

    std::vector<std::string> folders{"INBOX"};
    int days = 30;  // of mail that was there before
};

std::string writeImapSettings(const ImapSettings& settings);
// What is missing or no setting is as it is by default.
ImapSettings readImapSettings(std::string_view json);

// How far a folder has been read: all up to this UID, as long as the server keeps the UIDVALIDITY.
struct ImapFolderCursor {
    std::uint32_t uidValidity = 0;
    net::ImapUid uid = 0;

    bool operator==(const ImapFolderCursor&) const = default;
};

// Mailbox::cursor, by folder.
using ImapCursor = std::map<std::string, ImapFolderCursor>;

std::string writeImapCursor(const ImapCursor& cursor);
// What is no cursor counts as none: the folder is listed anew.
ImapCursor readImapCursor(std::string_view json);

// A mail as the ledger knows it before it is fetched: "INBOX/17/42", with "%" and "/" of the folder's name as "%25" and
// "%2F". At most some 650 bytes.
struct ImapMailId {
    std::string folder;
    std::uint32_t uidValidity = 0;
    net::ImapUid uid = 0;
};

std::string writeImapMailId(const ImapMailId& id);
std::optional<ImapMailId> readImapMailId(std::string_view text);

}  // namespace nextjob::ingest
