#pragma once

#include "app/config.hpp"
#include "model/error.hpp"

#include <string>
#include <vector>

namespace nextjob::app {

// The keys that sign tokens. Never logged, never printed.
struct Secrets {
    std::string secretKey;
    std::string serviceJwtSecret;
};

// The secrets of the environment. What it lacks is, on the embedded default, read from the file `secrets.env` of
// the data directory (mode 0600), which is made at the first start; with PostgreSQL, where several servers
// must agree, a missing secret is an Invalid error that says how to make one. The data directory must exist.
Result<Secrets> openSecrets(const Config& config);

// The keys of users' tokens and of seals: the present one first, then those that it replaced.
std::vector<std::string> tokenSecrets(const Config& config, const Secrets& secrets);

}  // namespace nextjob::app
