#pragma once

#include <string>

namespace nextjob::app {

struct SyncCommandOptions {
    std::string email;
    std::string source = "gmail";
    bool fromStart = false;
};

// `nextjob sync`: has the running server look at a mailbox now, and shows how far it is until it is done. Returns the
// process's exit status.
int syncNow(const SyncCommandOptions& options);

}  // namespace nextjob::app
