#pragma once

#include "model/error.hpp"
#include "model/message_record.hpp"
#include "model/profile.hpp"
#include "model/task.hpp"
#include "model/user.hpp"

#include <vector>

namespace nextjob::analyse {

// What workers need beside the queue: in one process the store, from a machine without a database the same over
// /service. Shared by all threads; outlives its calls.
class Backend {
  public:
    virtual ~Backend() = default;

    // What the user has and wants; of an unknown user nothing.
    virtual Task<Result<Profile>> profile(UserId user) = 0;

    // As store::Offers::ingest, which may run twice with no effect; offers that know more by it are judged anew, at
    // once or soon. Unavailable: nothing, or a part, was stored, and trying again may help. Any other error: something
    // in these messages is refused.
    virtual Task<Result<void>> keep(std::vector<AnalysedMessage> messages) = 0;
};

}  // namespace nextjob::analyse
