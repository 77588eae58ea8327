#pragma once

#include <string>

namespace nextjob::app {

struct ConnectOptions {
    std::string email;  // whose mailbox it becomes
    bool noBrowser = false;
};

// `nextjob connect google`: asks for access to a Gmail account in a browser and keeps it. Returns the process's exit
// status.
int connectGoogle(const ConnectOptions& options);

// `nextjob reseal`: seals stored Google tokens and IMAP passwords with the present key, so that a former one can go.
int reseal();

}  // namespace nextjob::app
