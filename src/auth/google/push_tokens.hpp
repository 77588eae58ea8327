#pragma once

#include "auth/google/id_tokens.hpp"
#include "model/task.hpp"

#include <string>

namespace nextjob::auth {

// Verifies the token of a Pub/Sub delivery (Google Cloud, "Authentication for push subscriptions"). Shared by all
// threads; outlives its calls.
class PushTokens {
  public:
    PushTokens(PushOptions options, IdTokens& tokens) : options_(std::move(options)), tokens_(tokens) {}

    // Whether anybody may push at all.
    bool open() const { return !options_.account.empty(); }

    // Unauthorized says what is wrong with it; Unavailable when Google's keys can't be had.
    Task<Result<void>> verify(std::string token, IdTokens::Clock::time_point now) const;

  private:
    const PushOptions options_;
    IdTokens& tokens_;
};

}  // namespace nextjob::auth
