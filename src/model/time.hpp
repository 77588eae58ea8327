#pragma once

#include <chrono>

namespace nextjob {

// A moment in UTC, to the millisecond: what the store keeps and the API shows.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

inline Timestamp currentTime() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace nextjob
