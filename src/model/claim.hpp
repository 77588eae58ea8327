#pragma once

#include "model/raw_message.hpp"

#include <cstdint>

namespace nextjob {

// A message of the queue that one worker holds until it completes it, gives it back or its lease ends.
struct Claim {
    std::int64_t ticket = 0;  // of this claim; a later claim of the same message has another one
    MessageId message = 0;
    RawMessage raw;    // as it was accepted
    int attempts = 0;  // failed ones before this
};

}  // namespace nextjob
