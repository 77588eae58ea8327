#pragma once

#include "model/task.hpp"
#include "model/user.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace nextjob::auth {

class GoogleConnections;

// How much of Google's time one caller takes for the tokens of many users.
struct RenewalBounds {
    std::size_t atOnce = 8;
    std::chrono::milliseconds time{5'000};
};

// Renews the access tokens of these users, as far as they run out, several at a time. Returns when that is done or the
// time is over; what Google still owes then is stored when it comes, for whoever asks next. `connections` outlives it.
Task<> renewTokens(GoogleConnections& connections, std::vector<UserId> users, RenewalBounds bounds = {});

}  // namespace nextjob::auth
