#pragma once

#include "api/http.hpp"
#include "model/error.hpp"
#include "wire/problem.hpp"
#include "wire/write.hpp"

#include <chrono>

// The replies that handlers give.
namespace nextjob::api {

template <class T>
Response reply(int status, const T& body) {
    return {.status = status, .contentType = "application/json", .body = wire::write(body), .headers = {}};
}

template <class T>
Response ok(const T& body) {
    return reply(200, body);
}

// JSON that was written before.
Response okJson(std::string body);

Response noContent();

// 202: it will be done, or there was nothing to do; which, is not told.
Response accepted();

// {"detail": "…"}.
Response refuse(int status, std::string_view detail);

// 422 with the list of problems.
Response refuse(const wire::Problems& problems);

// An expected failure of a layer below, by its code. Throws what is internal, for the log and a 500 that does not tell
// it.
Response refuse(const Error& error);

// 429 or 503 with Retry-After.
Response refuseUntil(int status, std::string_view detail, std::chrono::seconds retryAfter);

// 401 with WWW-Authenticate, as OAuth 2 clients expect.
Response unauthorized();

}  // namespace nextjob::api
