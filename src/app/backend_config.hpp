#pragma once

#include "app/environment.hpp"
#include "model/error.hpp"
#include "net/backend/backend_client.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextjob::app {

// The backend of a process without a database.
struct BackendConfig {
    std::string baseUrl, authUrl;         // without a slash at their end
    std::vector<std::string> plainHosts;  // to which the environment lets plain http pass
};

// Nothing without BACKEND_BASE_URL. Invalid when it is set so that it can't work, or would send mails and tokens over
// the network in the clear.
Result<std::optional<BackendConfig>> readBackendConfig(const Environment& environment);

// Who this process is to the backend as that service. Invalid, naming the variable, when its secret is not given.
Result<net::BackendOptions> backendOptions(const BackendConfig& config,
                                           const std::map<std::string, std::string>& serviceSecrets,
                                           std::string_view service);

}  // namespace nextjob::app
