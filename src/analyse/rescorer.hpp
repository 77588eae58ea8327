#pragma once

#include "model/user.hpp"

namespace nextjob::analyse {

// Judges a user's stored offers anew when what the score depends on has changed. Shared by all threads.
class Rescorer {
  public:
    virtual ~Rescorer() = default;

    // Says that the user's skills or preferences have changed. Returns at once; the offers follow in the background,
    // and changes that come while a user's offers are being judged are judged once more.
    virtual void wishesChanged(UserId user) = 0;
};

}  // namespace nextjob::analyse
