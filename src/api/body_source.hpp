#pragma once

#include "api/route.hpp"
#include "model/task.hpp"

#include <optional>

namespace nextjob::api {

// The body of the request that is being answered, still on the wire.
class BodySource {
  public:
    virtual ~BodySource() = default;

    // Reads it into the request as the route wants it: Request::body or Request::upload. What is wrong with the body's
    // type or size comes back as a refusal.
    virtual Task<std::optional<Response>> read(Body kind) = 0;
};

// What one answer needs. Small enough to be passed by value; what it refers to outlives the answer.
struct Exchange {
    Request& request;
    BodySource& body;
};

}  // namespace nextjob::api
