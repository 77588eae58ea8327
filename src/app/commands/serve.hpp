#pragma once

#include <string>
#include <vector>

namespace nextjob::app {

struct ServeOptions {
    std::vector<std::string> roles;  // of api, ingest, analyse; empty is all
};

// `nextjob serve`: runs until SIGTERM or SIGINT, then drains. Returns the exit status.
int serve(const ServeOptions& options);

}  // namespace nextjob::app
