#pragma once

#include "app/environment.hpp"
#include "auth/google/google_options.hpp"
#include "model/error.hpp"

#include <optional>
#include <string>

namespace nextjob::app {

struct GoogleConfig {
    auth::GoogleOptions options;
    std::string gmailUrl = "https://gmail.googleapis.com";
    std::string pubsubTopic;  // "projects/P/topics/T", where Google announces new mail; "" for nowhere
};

// What GOOGLE_CLIENT_ID and its companions say; nothing when Google is not set up. Invalid as readConfig says.
Result<std::optional<GoogleConfig>> readGoogleConfig(const Environment& environment);

}  // namespace nextjob::app
