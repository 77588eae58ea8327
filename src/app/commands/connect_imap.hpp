#pragma once

#include "model/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextjob::app {

struct Workspace;

struct ConnectImapOptions {
    std::string email;  // whose mailbox it becomes
    std::string host;
    std::optional<std::uint16_t> port;  // else the usual one of the security
    std::string security = "tls";       // ImapSecurity by its name
    std::string login;                  // "": the user's address
    bool secretFromInput = false;
    bool token = false;  // the secret is for XOAUTH2
    std::vector<std::string> folders;
    int days = 30;
};

// `nextjob connect imap`: signs in to a mailbox, prints its folders and what is in those to be read, and keeps it.
// Returns the process's exit status.
int connectImap(const ConnectImapOptions& options);

// Seals the stored passwords with the present key. How many another one had sealed.
Result<int> resealImap(Workspace& workspace);

}  // namespace nextjob::app
