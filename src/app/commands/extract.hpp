#pragma once

#include <filesystem>
#include <vector>

namespace nextjob::app {

struct ExtractOptions {
    std::vector<std::filesystem::path> files;
    bool text = false;  // add each message's clean text
};

// `nextjob extract`: one line of JSON a message on standard output, in the order of the files; needs no database.
// Returns the exit status: 1 when a file or message could not be read, after all others.
int extract(const ExtractOptions& options);

}  // namespace nextjob::app
