#include "queue/accepting.hpp"

#include <fmt/format.h>

namespace nextjob::queue {
namespace {

constexpr std::size_t maximumBatch = 1000;
constexpr std::size_t maximumKey = 1000;

}  // namespace

Result<std::set<UserId>> usersOf(const std::vector<RawMessage>& messages) {
    if (messages.size() > maximumBatch) {
        return failure(ErrorCode::TooLarge, fmt::format("At most {} messages are accepted at once.", maximumBatch));
    }
    std::set<UserId> users;
    for (const RawMessage& message : messages) {
        if (message.key.empty() || message.key.size() > maximumKey) {
            return failure(ErrorCode::Invalid, fmt::format("A message needs a key of 1 to {} bytes.", maximumKey));
        }
        users.insert(message.user);
    }
    return users;
}

Room roomOf(const Options& options) {
    return {.messages = options.maximumDepth, .bytes = static_cast<std::int64_t>(options.maximumBytes)};
}

Room roomOfUser(const Options& options) {
    const Room all = roomOf(options);
    return {.messages = all.messages - all.messages / 2, .bytes = all.bytes - all.bytes / 2};
}

std::unexpected<Error> noSuchUser(UserId user) {
    return failure(ErrorCode::NotFound, fmt::format("There is no user with the id {}.", user));
}

std::unexpected<Error> notSeen(MessageId message) {
    return failure(ErrorCode::Invalid, fmt::format("The user's ledger has no message {}.", message));
}

}  // namespace nextjob::queue
