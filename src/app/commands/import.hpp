#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nextjob::app {

struct ImportOptions {
    std::string email;
    std::vector<std::filesystem::path> files;
};

// `nextjob import`: reads the files into the pipeline, waits until everything of them is analysed, and says what was
// found. Returns the exit status: 1 when a file could not be read, nothing of it was of use, or it was interrupted.
int importMail(const ImportOptions& options);

}  // namespace nextjob::app
