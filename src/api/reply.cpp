#include "api/reply.hpp"

#include <algorithm>
#include <stdexcept>

namespace nextjob::api {

namespace {

struct Detail {
    std::string_view detail;
};
BOOST_DESCRIBE_STRUCT(Detail, (), (detail))

// How long a client waits before it tries again what was unavailable.
constexpr std::chrono::seconds unavailableRetry{2};

}  // namespace

Response okJson(std::string body) {
    return {.status = 200, .contentType = "application/json", .body = std::move(body), .headers = {}};
}

Response noContent() { return {.status = 204, .contentType = {}, .body = {}, .headers = {}}; }

Response accepted() { return {.status = 202, .contentType = "application/json", .body = "null", .headers = {}}; }

Response refuse(int status, std::string_view detail) { return reply(status, Detail{detail}); }

Response refuse(const wire::Problems& problems) {
    Response response{.status = 422, .contentType = "application/json", .body = "{\"detail\":", .headers = {}};
    wire::append(response.body, problems);
    response.body += '}';
    return response;
}

Response refuse(const Error& error) {
    switch (error.code) {
        case ErrorCode::Invalid: return refuse(400, error.message);
        case ErrorCode::NotFound: return refuse(404, "Not Found");
        case ErrorCode::Conflict: return refuse(409, error.message);
        case ErrorCode::Unauthorized: return unauthorized();
        case ErrorCode::Forbidden: return refuse(403, "Forbidden");
        case ErrorCode::TooLarge: return refuse(413, error.message);
        case ErrorCode::Unavailable: return refuseUntil(503, "Service Unavailable", unavailableRetry);
        // What went wrong is for the log, which the request's boundary writes.
        case ErrorCode::Internal: break;
    }
    throw std::runtime_error(error.message);
}

Response refuseUntil(int status, std::string_view detail, std::chrono::seconds retryAfter) {
    Response response = refuse(status, detail);
    const auto seconds = std::max<std::chrono::seconds::rep>(1, retryAfter.count());
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
    return response;
}

Response unauthorized() {
    Response response = refuse(401, "Unauthorized");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace nextjob::api
