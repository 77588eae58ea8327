#pragma once

#include <spdlog/fwd.h>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace nextjob::api {

// What is told of a request once it has been answered: no token, no address, no query.
struct AccessRecord {
    std::string_view requestId;
    std::string_view method;
    std::string_view route;  // the pattern, so that ids in paths stay out
    int status = 0;
    std::int64_t userId = 0;  // 0 is nobody
    std::uint64_t bytesOut = 0;
    std::chrono::nanoseconds duration{};
    std::string_view reason{};  // why it was refused, where its reply does not tell
};

// One line of JSON.
void logAccess(spdlog::logger& log, const AccessRecord& record);

}  // namespace nextjob::api
