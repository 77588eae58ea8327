#pragma once

#include <string>
#include <string_view>

namespace nextjob::queue::sqlite {

// Names this process so that any other on the machine can tell whether it still runs: the machine's boot, the
// process namespace, the process id and when it started (ids are used again).
std::string ownIdentity();

// Whether the process of this identity is surely dead. Not sure, so false: one of another process namespace;
// its claims end with their lease.
bool hasDied(std::string_view identity);

}  // namespace nextjob::queue::sqlite
