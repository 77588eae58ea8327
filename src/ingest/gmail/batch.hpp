#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Many requests in one, as Google's batch endpoints take them: multipart/mixed, each part a request or its reply.
namespace nextjob::ingest {

struct BatchBody {
    std::string contentType;
    std::string body;
};

// GETs of these paths; the reply to the n-th is named by n.
BatchBody batchOf(const std::vector<std::string>& paths);

struct BatchReply {
    std::size_t index = 0;  // of the request
    int status = 0;
    std::string retryAfter;  // the header's value, or ""
    std::string body;
};

// The replies to a batch of `count` requests, in any order; one request has at most one. Parts that are no reply to one
// of them are passed over: their requests are unanswered. Nothing when it is no such body at all. Takes any bytes.
std::optional<std::vector<BatchReply>> readBatchReply(std::string_view contentType, std::string_view body,
                                                      std::size_t count);

}  // namespace nextjob::ingest
