#pragma once

#include "model/error.hpp"
#include "model/raw_message.hpp"
#include "model/user.hpp"

#include <set>
#include <vector>

// What Queue::accept asks of messages, whatever engine keeps them.
namespace nextjob::queue {

// The users of these messages. TooLarge: too many at once; Invalid: one has no key.
Result<std::set<UserId>> usersOf(const std::vector<RawMessage>& messages);

std::unexpected<Error> noSuchUser(UserId user);
std::unexpected<Error> notSeen(MessageId message);  // RawMessage::seen is no message of this user

}  // namespace nextjob::queue
