#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nextjob::app {

// The commands that show what became of each mail. Each returns the process's exit status.

struct MessagesOptions {
    std::string email;
    std::vector<std::string> states;  // names of MessageState; empty for all
    std::optional<int> limit;
    bool json = false;
    bool retry = false;  // tries the dead ones again
};

// `nextjob messages`: the ledger's rows, the newest first.
int listMessages(const MessagesOptions& options);

struct TraceOptions {
    std::string id;     // of the ledger, or, with a user, the source's own
    std::string email;  // "" when the ledger's id is enough
};

// `nextjob trace`: one message from its first sight to its offers.
int trace(const TraceOptions& options);

}  // namespace nextjob::app
