#pragma once

#include "model/error.hpp"
#include "model/mailbox.hpp"
#include "model/task.hpp"

#include <string>
#include <vector>

namespace nextjob::store {

// What each user has said of senders: whose mail is always read, and whose never.
class SenderRules {
  public:
    static constexpr int mostOfUser = 1000;

    virtual ~SenderRules() = default;

    virtual Task<Result<std::vector<SenderRule>>> ofUser(UserId user) = 0;  // by sender
    // Replaces the rule for this sender. NotFound: no such user; TooLarge: the user has mostOfUser already.
    virtual Task<Result<void>> put(UserId user, SenderRule rule) = 0;
    virtual Task<Result<void>> remove(UserId user, std::string sender) = 0;  // NotFound
};

}  // namespace nextjob::store
