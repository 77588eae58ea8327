#pragma once

#include "model/error.hpp"
#include "model/raw_message.hpp"
#include "model/user.hpp"
#include "queue/queue.hpp"

#include <cstdint>
#include <set>
#include <vector>

// What Queue::accept asks of messages, whatever engine keeps them.
namespace nextjob::queue {

// The users of these messages. TooLarge: too many at once; Invalid: one has no key.
Result<std::set<UserId>> usersOf(const std::vector<RawMessage>& messages);

// How much may wait.
struct Room {
    std::int64_t messages;
    std::int64_t bytes;

    bool isTaken(std::int64_t waiting, std::int64_t waitingBytes) const {
        return waiting >= messages || waitingBytes >= bytes;
    }
};

Room roomOf(const Options& options);
// Of one user: half, so that nobody's mail finds the queue full of another's.
Room roomOfUser(const Options& options);

std::unexpected<Error> noSuchUser(UserId user);
std::unexpected<Error> notSeen(MessageId message);  // RawMessage::seen is no message of this user

}  // namespace nextjob::queue
